"""Load users and a hostile target: nothing without end, nothing to strangers, few words in the tables."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rollout.locust_plugin.generator.failure_kinds import MOST_KINDS, OTHERS, FailureKinds
from tests.hostile.moods import QUICK, SLOW, elsewhere, endless_headers, endless_hints
from tests.hostile.server import HostileServer, hostile_server

ROOT = Path(__file__).resolve().parents[2]
MOST_MB = 400
EXPECTED = {
    "30 MB": "got more than 5 MiB, want less",
    "gzip bombs": "got more than 5 MiB, want less",
    "endless headers": "got more than 64 KiB of headers, want less",
    "endless hints": "got more than 64 KiB of headers, want less",
    "dripping bodies": "no end of the answer in 1 s",
    "dripping headers": "no end of the answer in 1 s",
    "silence": "no end of the answer in 1 s",
    "elsewhere": "got 307 to another origin, want an answer",
    "error pages": "502",
}
Failures = dict[str, list[str]]


@pytest.fixture(scope="module")
def elsewhere_server() -> Iterator[HostileServer]:
    """Another origin, which nobody asked for anything."""
    with hostile_server(QUICK["null"]) as server:
        yield server


@pytest.fixture(scope="module")
def told(elsewhere_server: HostileServer) -> tuple[Failures, float]:
    """The failure of a read and of a form in each mood, and the memory it took."""
    own = {
        "elsewhere": elsewhere(elsewhere_server.address),
        "endless headers": endless_headers,
        "endless hints": endless_hints,
    }
    moods = {**QUICK, **SLOW, **own}
    with ExitStack() as stack:
        servers = [stack.enter_context(hostile_server(moods[name])).address for name in EXPECTED]
        command = [sys.executable, "-m", "tests.load.asking_hostile", *servers]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    failures, most_mb = json.loads(done.stdout)
    return dict(zip(EXPECTED, failures, strict=True)), most_mb


@pytest.mark.parametrize("mood", EXPECTED)
def test_a_hostile_answer_is_a_failure_of_its_request(mood: str, told: tuple[Failures, float]) -> None:
    """
    A read and a form end in time and in a known size, each as a failure with its cause.
    """
    assert [failure for failure in told[0][mood] if EXPECTED[mood] not in failure] == []


def test_no_answer_costs_much_memory(told: tuple[Failures, float]) -> None:
    """
    Neither a gzip bomb nor headers without end fill the machine of the generator.
    """
    assert told[1] < MOST_MB


def test_no_user_follows_a_redirect_to_a_stranger(
    told: tuple[Failures, float], elsewhere_server: HostileServer
) -> None:
    """
    A 307 repeats a sign-in form where it leads: on the same origin only.
    """
    assert "elsewhere" in told[0]
    assert elsewhere_server.seen == []


def test_failures_of_one_kind_are_one_row() -> None:
    """
    What the target says in an answer does not make another row; what a check says does.
    """
    kinds = FailureKinds()
    texts = {kinds.text("GET", "list", f"login gave no token, response was {n}\x1b[2J") for n in range(1000)}
    texts |= {kinds.text("GET", "list", "the list is none, response was 1")}
    assert texts == {"login gave no token, response was 0", "the list is none, response was 1"}


def test_the_rows_of_a_request_are_few() -> None:
    """
    A thousand kinds of failures are the first ones and the others.
    """
    kinds = FailureKinds()
    texts = {
        kinds.text("GET", "list", f"{'abcdefghij'[n // 100]}{'abcdefghij'[n // 10 % 10]}{n % 10}") for n in range(1000)
    }
    assert len(texts) == MOST_KINDS + 1
    assert OTHERS in texts
