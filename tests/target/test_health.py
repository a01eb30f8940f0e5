"""What the backend tells of itself in its health check."""

from typing import Any, cast

import httpx
import pytest

from rollout.target.answer import Answer
from rollout.target.http import Client
from xcodereviewer.health_check import said_by_health, told_by_health


class Answers:
    """A client that gets one answer of that body."""

    def __init__(self, body: str) -> None:
        self.body = body

    def get(self, path: str) -> Answer:
        return Answer(200, text=self.body, request=httpx.Request("GET", f"http://127.0.0.1{path}"))


class Faulty:
    """A client with a bug."""

    def get(self, path: str) -> Any:
        return path.no_such_method()  # type: ignore[attr-defined]


def client(fake: object) -> Client:
    """A stand-in of a client as one."""
    return cast(Client, fake)


@pytest.mark.parametrize("body", ["[]", "null", "3", "<html>", ""])
def test_a_health_check_that_is_no_object_tells_nothing(body: str) -> None:
    """
    Neither a release nor an environment is read from it.
    """
    assert told_by_health(client(Answers(body))) == {}


def test_a_health_check_tells_its_environment() -> None:
    """
    If it is a text.
    """
    assert said_by_health(client(Answers('{"environment": "staging"}'))) == "staging"
    assert said_by_health(client(Answers('{"environment": 3}'))) == ""


def test_a_bug_in_the_client_is_no_unknown_release() -> None:
    """
    It looks like a bug, instead of an answer that tells nothing.
    """
    with pytest.raises(AttributeError, match="no_such_method"):
        told_by_health(client(Faulty()))
    with pytest.raises(AttributeError, match="no_such_method"):
        said_by_health(client(Faulty()))
