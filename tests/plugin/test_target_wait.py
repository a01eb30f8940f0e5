"""A test for which something came too late tells how long its target waited for a processor meanwhile."""

from pathlib import Path

import httpx
import pytest

from rollout.evidence.records import TestOutcome
from rollout.pytest_plugin import target_wait
from rollout.target.exchange import Exchange
from tests.plugin.small_suite import pytest_run

SUITE = """
import pytest
import rollout.pytest_plugin.target_wait as target_wait
from rollout.target.deadline import TooLate
from rollout.target.http import Client, LateAnswer, NoAnswer
from rollout.target.wait import eventually

pytestmark = pytest.mark.criterion("phase1.services-healthy")

class Waited:
    def __init__(self, url):
        assert url.startswith("http://127.0.0.1:9/")

    def waited_percent(self):
        return 80.5

target_wait.Listener = Waited

def never():
    assert False, "it is not there"

def test_late_before_anything_was_asked():
    eventually(never, within=0)

def test_asked(target):
    with Client(target.url()) as client, pytest.raises(NoAnswer):
        client.get("/health")

def test_late():
    eventually(never, within=0)

def test_wrong_while_something_late_was_handled():
    try:
        eventually(never, within=0)
    except TooLate:
        assert False, "got 500, want 200"

def test_failed_because_of_something_late():
    try:
        eventually(never, within=0)
    except TooLate as error:
        raise AssertionError("it never came") from error

def test_wrong_before_a_late_cleaning():
    try:
        assert False, "got 500, want 200"
    finally:
        eventually(never, within=0)

def test_no_answer():
    raise LateAnswer("GET /x: got ReadTimeout, want an answer")

def test_wrong():
    assert False, "got 500, want 200"

def test_refused():
    raise NoAnswer("GET /x: got ConnectError, want an answer")
"""


def test_only_what_came_too_late_tells_it(tmp_path: Path) -> None:
    """
    From the first request of a test with a criterion on; a wrong answer, and a port where nobody listens, are not late.
    """
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_suite.py").write_text(SUITE, encoding="utf-8")
    said, runs = pytest_run(tmp_path / "tests", "-m", "phase1")
    assert runs, said
    told = {each.node.rpartition("::")[2]: each.target_waited_percent for each in runs["phase1"].of(TestOutcome)}
    assert told == {
        "test_late_before_anything_was_asked": None,
        "test_asked": None,
        "test_late": 80.5,
        "test_wrong_while_something_late_was_handled": None,
        "test_failed_because_of_something_late": 80.5,
        "test_wrong_before_a_late_cleaning": None,
        "test_no_answer": 80.5,
        "test_wrong": None,
        "test_refused": None,
    }


def test_requests_of_a_test_without_a_criterion_ask_the_kernel_nothing(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Such as those to a server of its own: each would cost a look at all connections of the machine.
    """
    asked: list[str] = []
    monkeypatch.setattr(target_wait, "Listener", asked.append)
    wait = target_wait.TargetWait(pytestconfig)
    try:
        wait.note(Exchange(httpx.Request("GET", "http://127.0.0.1:9/health"), None, "no answer", 0.0))
    finally:
        wait.pytest_unconfigure()
    assert asked == []
