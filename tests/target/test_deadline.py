"""Answers that never end, and how long they are waited for."""

import socket
from dataclasses import dataclass

import pytest

from rollout.target import http
from rollout.target.deadline import CONNECTED, Deadline, TimeBudget
from rollout.target.http import Client, NoAnswer
from rollout.target.wait import eventually
from tests.hostile.moods import SLOW, always
from tests.hostile.server import hostile_server

READ_S = http.TIMEOUT.read or 0.0


@dataclass
class Wire:
    """A connection as httpx tells of it."""

    line: socket.socket

    def get_extra_info(self, _: str) -> socket.socket:
        """Its socket."""
        return self.line


def passed(deadline: Deadline) -> None:
    """Complain while the deadline has not passed."""
    assert deadline._passed


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> TimeBudget:
    """A small time budget, spent by the second stall."""
    budget = TimeBudget(most_s=0.08, least_s=0.02, total_s=0.15)
    monkeypatch.setattr(http, "TIME_BUDGET", budget)
    return budget


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_without_end_is_cut_wherever_it_hangs(name: str, budget: TimeBudget) -> None:
    """
    Dripping headers, dripping bodies, endless hints and silence all end at the deadline.
    """
    with hostile_server(SLOW[name]) as server, Client(server.address) as client:
        with pytest.raises(NoAnswer, match=r"got no end of the answer in 0\.08 s, want"):
            client.get("/health")
        assert budget.spent_s < READ_S, "not the deadline ended it, but the read time-out"


def test_a_target_that_stalls_often_is_waited_for_less(budget: TimeBudget) -> None:
    """
    Once enough time went into answers that never came, each further one costs little.
    """
    with hostile_server(SLOW["silence"]) as server, Client(server.address) as client:
        for _ in range(2):
            with pytest.raises(NoAnswer):
                client.get("/health")
        with pytest.raises(NoAnswer, match=r"got no end of the answer in 0\.02 s, want"):
            client.get("/health")


def test_a_deadline_that_passes_before_there_is_a_connection_cuts_it_later() -> None:
    """
    A machine too busy to connect in time does not wait for ever for what comes after.
    """
    here, there = socket.socketpair()
    with here, there:
        deadline = Deadline()
        with deadline.after(0.0):
            eventually(lambda: passed(deadline), within=10)
            deadline.watch(CONNECTED[0], {"return_value": Wire(here)})
            assert there.recv(1) == b""


def test_a_quick_answer_knows_no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Answers in time cost none of the time budget.
    """
    budget = TimeBudget(most_s=5, least_s=1, total_s=10)
    monkeypatch.setattr(http, "TIME_BUDGET", budget)
    with hostile_server(always("200 OK", b"{}")) as server, Client(server.address) as client:
        assert [client.get("/health").status_code for _ in range(20)] == [200] * 20
    assert budget.spent_s == 0
