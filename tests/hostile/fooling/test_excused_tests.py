"""Cases 5 and 25: what excuses one failure of a test hides no other one."""

from pathlib import Path

import pytest

from rollout.evidence.records import TestOutcome
from tests.plugin.small_suite import pytest_run

SUITE = """
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import rollout.pytest_plugin.target_wait as target_wait
from rollout.target.deadline import TooLate
from rollout.target.http import Client, NoAnswer

pytestmark = pytest.mark.criterion("phase1.services-healthy")

class Waited:
    def __init__(self, url):
        self.url = url

    def waited_percent(self):
        return 80.5

target_wait.Listener = Waited

class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

@pytest.fixture
def asked(target):
    with Client(target.url()) as client, pytest.raises(NoAnswer):
        client.get("/health")

@pytest.fixture
def late_cleaning(asked):
    yield
    raise TooLate("the cleaning took too long")

@pytest.fixture
def wrong_cleaning(asked):
    yield
    raise AssertionError("something is left over")

@pytest.fixture
def own_server():
    server = HTTPServer(("127.0.0.1", 0), Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()

@pytest.fixture
def crash():
    yield
    os._exit(9)
"""
OWN_SERVER = """
def test_late(own_server):
    with Client(own_server) as client:
        client.get("/")
    raise TooLate("GET /health: got ReadTimeout")
"""
WRONG_THEN_LATE = """
def test_wrong(late_cleaning):
    assert False, "got 500, want 200"
"""
LATE_THEN_WRONG = """
def test_wrong(wrong_cleaning):
    raise TooLate("GET /health: got ReadTimeout")
"""
WRONG_THEN_CRASHED = """
def test_wrong(crash):
    assert False, "got 500, want 200"
"""
WRONG_THEN_WHATEVER = """
import unittest
from rollout.target.obstacle import Obstacle
from rollout.target.settings import TargetError

@pytest.mark.parametrize("later", [Obstacle("x"), TargetError("x"), KeyError("x"), TooLate("x")], ids=lambda e: type(e).__name__)
def test_wrong(asked, later):
    try:
        assert False, "got 500, want 200"
    finally:
        raise later

def test_wrong_then_skip(asked):
    try:
        assert False, "got 500, want 200"
    finally:
        pytest.skip("nothing to clean")

def test_wrong_then_skip_of_unittest(asked):
    try:
        assert False, "got 500, want 200"
    finally:
        raise unittest.SkipTest("nothing to clean")

def test_wrong_then_expected(asked):
    try:
        assert False, "got 500, want 200"
    finally:
        pytest.xfail("known")

def test_nothing_raised_then_late(asked):
    try:
        with pytest.raises(ValueError, match="got 500, want 200"):
            pass
    finally:
        raise TooLate("x")

def test_many_then_late(asked):
    try:
        raise ExceptionGroup("two", [AssertionError("got 500, want 200")])
    finally:
        raise TooLate("x")
"""
LATE_CLEANING = """
def test_right(late_cleaning):
    pass
"""


def outcome(folder: Path, body: str, *arguments: str) -> TestOutcome:
    """The outcome of the one test with *body*, on a target at whose port nobody listens."""
    (found,) = outcomes(folder, body, *arguments)
    return found


def outcomes(folder: Path, body: str, *arguments: str) -> list[TestOutcome]:
    """The outcomes of the tests in *body*, on a target at whose port nobody listens."""
    file = folder / "smoke" / "test_suite.py"
    file.parent.mkdir()
    file.write_text(SUITE + body, encoding="utf-8")
    said, runs = pytest_run(file, "-m", "phase1", *arguments)
    assert runs, said
    return list(runs["phase1"].of(TestOutcome))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(WRONG_THEN_LATE, "got 500, want 200", id="then its cleaning came too late"),
        pytest.param(LATE_THEN_WRONG, "something is left over", id="after it came too late, in its cleaning"),
    ],
)
def test_a_wrong_answer_stands_whatever_else_came_too_late(tmp_path: Path, body: str, message: str) -> None:
    """
    A target without a processor is the reason for what came too late, and for nothing else.
    """
    found = outcome(tmp_path, body)
    assert (found.outcome in ("failed", "error"), found.target_waited_percent) == (True, None)
    assert message in found.message


def test_a_wrong_answer_stands_whatever_its_body_raised_afterwards(tmp_path: Path) -> None:
    """
    Cases 5 and 25: an obstacle, a defect, a skip or something late in the cleaning of a body hides nothing.
    """
    found = outcomes(tmp_path, WRONG_THEN_WHATEVER)
    assert len(found) == 9
    told = {each.node.partition("::")[2]: (each.outcome, each.obstacle, each.target_waited_percent) for each in found}
    assert set(told.values()) == {("failed", None, None)}, told
    wrong = ("got 500, want 200; then: ", "DID NOT RAISE ValueError; then: ")
    assert all(each.message.startswith(wrong) for each in found), [each.message for each in found]


def test_a_wrong_answer_stands_where_the_process_crashes_afterwards(tmp_path: Path) -> None:
    """
    The crash of a process is no evidence; what the test saw before is.
    """
    found = outcome(tmp_path, WRONG_THEN_CRASHED, "-n", "1")
    assert (found.outcome, found.obstacle) == ("failed", None)
    assert "got 500, want 200" in found.message


def test_only_the_target_itself_may_have_waited(tmp_path: Path) -> None:
    """
    A server of the test waits for the processors of this machine, wherever the target is.
    """
    assert outcome(tmp_path, OWN_SERVER).target_waited_percent is None


def test_the_share_that_a_target_waited_is_no_figure_of_its_check(tmp_path: Path) -> None:
    """
    It has a place of its own in the record.
    """
    found = outcome(tmp_path, LATE_CLEANING)
    assert (found.target_waited_percent, dict(found.measured)) == (80.5, {})
