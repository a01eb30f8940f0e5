"""Answers that never end, and how long they are waited for."""

import time

import pytest

from rollout.target import http
from rollout.target.deadline import TimeBudget
from rollout.target.http import Client, NoAnswer
from tests.hostile.moods import SLOW, always
from tests.hostile.server import hostile_server


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
        began = time.monotonic()
        with pytest.raises(NoAnswer, match=r"got no end of the answer in 0\.08 s, want"):
            client.get("/health")
        assert time.monotonic() - began < 2


def test_a_target_that_stalls_often_is_waited_for_less(budget: TimeBudget) -> None:
    """
    Once enough time went into answers that never came, each further one costs little.
    """
    with hostile_server(SLOW["silence"]) as server, Client(server.address) as client:
        for seconds in (0.08, 0.08, 0.02):
            assert budget.seconds == seconds
            with pytest.raises(NoAnswer):
                client.get("/health")


def test_a_quick_answer_knows_no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Answers in time cost none of the time budget.
    """
    budget = TimeBudget(most_s=5, least_s=1, total_s=10)
    monkeypatch.setattr(http, "TIME_BUDGET", budget)
    with hostile_server(always("200 OK", b"{}")) as server, Client(server.address) as client:
        assert [client.get("/health").status_code for _ in range(20)] == [200] * 20
    assert budget.spent_s == 0
