"""What is asserted about an answer counts as a failure of the request, with the words a person needs."""

from typing import Any

import pytest

from rollout.locust_plugin.generator.response_check import JsonResponseCheck


class Answer:
    """As much of an answer as a look needs; *told* are the failures of the requests that were reported."""

    status_code = 200
    js: Any = None

    def __init__(self, content: bytes | None, told: list[str | None]) -> None:
        self.content = content
        self.error = ConnectionError("refused") if content is None else None
        self._failure: str | None = None
        self._told = told

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if kind is None:
            self._told.append(self._failure)
        return kind is None

    def failure(self, words: str) -> None:
        """The request failed."""
        self._failure = words


def checked(content: bytes | None, told: list[str | None]) -> JsonResponseCheck:
    """A look into an answer with this body."""
    answer: Any = Answer(content, told)
    return JsonResponseCheck(answer)


@pytest.mark.parametrize(
    ("content", "message", "words"),
    [
        (b'{"ok": false}', "not ok,", 'not ok, response was {"ok": false}'),
        (b'{"ok": false}', "not ok", "not ok"),
        (b"", "no document,", "no document, response was "),
    ],
)
def test_an_assertion_fails_the_request(content: bytes, message: str, words: str) -> None:
    """
    A message that ends with a comma goes on with the answer, cut short.
    """
    told: list[str | None] = []
    with checked(content, told):
        raise AssertionError(message)
    assert told == [words]


def test_other_errors_fail_the_request_too() -> None:
    """
    A key that is missing is as good a reason as an assertion; in a refusal nobody looks for one.
    """
    told: list[str | None] = []
    with checked(b"{}", told) as answer:
        answer.js["id"]
    with checked(b"{}", told) as answer:
        answer.status_code = 503
        answer.js["id"]
    assert told == ["KeyError: 'id'. Response was {}", "got 503. Response was {}"]


def test_what_is_no_json_fails_by_itself() -> None:
    """
    HTML where JSON should be is a failure even if nobody looks into it.
    """
    told: list[str | None] = []
    with checked(b"<h1>hello</h1>", told) as answer:
        assert answer.js is None
    assert "Could not parse response as JSON. <h1>hello</h1>" in str(told[0])


def test_an_answer_that_never_came_is_its_error() -> None:
    """
    A refused connection is told in its own words.
    """
    told: list[str | None] = []
    with checked(None, told) as answer:
        assert answer.js is None
    assert told == ["refused"]


def test_a_good_answer_is_reported_once() -> None:
    """
    The document is there, and the request counts as good.
    """
    told: list[str | None] = []
    with checked(b'{"ok": true}', told) as answer:
        assert answer.js == {"ok": True}
    assert told == [None]


def test_a_request_that_is_killed_is_not_told() -> None:
    """
    The end of a greenlet in mid-block goes on upwards; the arrival counts the request as dropped.
    """
    told: list[str | None] = []
    with pytest.raises(GeneratorExit), checked(b"{}", told):
        raise GeneratorExit
    assert told == []
