"""Answers that never end, and how long they are waited for."""

import socket
import threading
from dataclasses import dataclass

import httpx
import pytest

from rollout.target import http
from rollout.target.deadline import CONNECTED, Deadline, TimeBudget, TooLate, each, in_time
from rollout.target.http import Client, LateAnswer, NoAnswer
from rollout.target.wait import eventually, pause
from tests.hostile.moods import SLOW, always
from tests.hostile.server import hostile_server


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


@pytest.mark.usefixtures("budget")
@pytest.mark.parametrize("name", SLOW)
def test_an_answer_without_end_is_cut_wherever_it_hangs(name: str) -> None:
    """
    Dripping headers, dripping bodies, endless hints and silence all end at the deadline.
    """
    with hostile_server(SLOW[name]) as server, Client(server.address) as client:
        client.timeout = httpx.Timeout(None)  # so that nothing else ends it
        with pytest.raises(LateAnswer, match=r"got no end of the answer in 0\.08 s, want"):
            in_time(lambda: client.get("/health"), each(60))


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


def test_work_without_end_is_left_alone() -> None:
    """
    Whatever it hangs at; what it cost is counted, so that the next one is waited for less.
    """
    budget, never = TimeBudget(most_s=0.05, least_s=0.01, total_s=0.05), threading.Event()
    for seconds in ("0\\.05", "0\\.01"):
        with pytest.raises(TooLate, match=rf"got no end of it within {seconds} s, want an answer"):
            in_time(never.wait, budget)
    never.set()


def test_work_in_time_gives_what_it_gives() -> None:
    """
    Its value, or what it raises.
    """
    assert in_time(lambda: 7, each(5)) == 7
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 // 0, each(5))


def test_work_that_ends_itself_in_vain_costs_as_well() -> None:
    """
    A look that gave up after its own thirty seconds leaves less for the next one; one that gave something costs nothing.
    """
    budget = TimeBudget(most_s=5, least_s=1, total_s=1e-9)
    in_time(lambda: 7, budget)
    assert budget.seconds == 5
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 // 0, budget)
    assert budget.seconds == 1


def test_a_rest_that_the_target_asks_for_is_not_counted() -> None:
    """
    Who was told to come back later is not late.
    """

    def rested() -> str:
        pause(0.3)
        return "rested"

    assert in_time(rested, each(0.2)) == "rested"
