"""How bad a round of samples is beside another one of the same moment."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import JournalState
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import Requests, Sample, Slot
from rollout.judge.finding import Case
from rollout.judge.same_moment import BAD, GOOD, MISSING, badness, is_bad, worst
from rollout.judge.sample_round import SampleRound
from rollout.judge.slots import slots_of
from tests.judge.ledgers import NOW, PLAN
from tests.judge.test_users import plan as users_plan
from tests.properties.ledgers import run, started

RUN = run_of(Path("a.jsonl"), JournalState.COMPLETE, [])
NOT_COUNTED, SILENT = Sample(error="no way in"), Sample(value=0, requests=Requests(n=0, failed=0))


def probes() -> Case:
    """The case of a service that answers."""
    return Case(PLAN.criterion("stage.available"), PLAN.phase("stage"), (), NOW)


def users(**more: Any) -> Case:
    """The case of users' failed requests."""
    plan = users_plan(**more)
    return Case(plan.criterion("stage.errors"), plan.phase("stage"), (), NOW)


def probe(value: float | None) -> SampleRound:
    """A round in which the service was asked."""
    sample = Sample(error="no way in") if value is None else Sample(value=value)
    return SampleRound.of(NOW, 30, {"service.available": sample}, RUN)


def counts(sample: Sample, up: float | None = 1.0) -> SampleRound:
    """A round that counted users' requests, and asked the service unless *up* is None."""
    beside = {} if up is None else {"service.available": Sample(value=up)}
    return SampleRound.of(NOW, 30, {"users.requests": sample, **beside}, RUN)


@pytest.mark.parametrize(("value", "expected"), [(1.0, GOOD), (0.0, BAD), (0.99, BAD), (None, MISSING)])
def test_a_probe_that_failed_is_bad(value: float | None, expected: int) -> None:
    """
    An answer is good, no answer is bad, and a probe that could not be sent is missing.
    """
    assert badness(probes(), probe(value))[0] == expected
    assert is_bad(probes(), probe(value)) is (expected == BAD)


def test_a_probe_that_failed_is_worse_than_one_that_was_not_sent() -> None:
    """
    Of three rounds of one moment the one that shows an outage counts.
    """
    failed = probe(0.0)
    assert worst(probes(), [probe(None), failed, probe(1.0)]) is failed
    assert worst(probes(), [failed, probe(None)]) is failed


@pytest.mark.parametrize(
    ("up", "expected"),
    [(0.0, (BAD, 1.0)), (1.0, (MISSING, -1.0)), (None, (MISSING, -1.0))],
    ids=["down", "up", "no probe"],
)
def test_silence_of_users_is_bad_while_the_service_is_down(up: float | None, expected: tuple[int, float]) -> None:
    """
    Nobody asks a service that does not answer; where it answers, silence is only missing.
    """
    assert badness(users(), counts(SILENT, up)) == expected


def test_silence_is_no_outage_where_no_liveness_was_named() -> None:
    """
    Without a sample that shows whether the service answered, silence accuses nobody.
    """
    assert badness(users(liveness=None), counts(SILENT, up=0.0)) == (MISSING, -1.0)


def test_silence_in_an_outage_is_worse_than_what_was_not_counted_or_failed_in_part() -> None:
    """
    A round that counted nothing, or some good requests, hides no outage of the same moment.
    """
    silent = counts(SILENT, up=0.0)
    half = counts(Sample(value=10, requests=Requests(n=10, failed=5)))
    assert worst(users(), [silent, counts(NOT_COUNTED)]) is silent
    assert worst(users(), [silent, half]) is silent
    assert worst(users(), [half, counts(NOT_COUNTED)]) is half


def test_two_monitors_with_one_round_each_of_the_same_moment_are_one_round() -> None:
    """
    The one that says the worse, whichever is asked first.
    """
    runs = tuple(
        run(
            started("watch", number, NOW - 30),
            [Slot(due=NOW - 30, number=0, samples={"service.available": Sample(value=up)})],
        )
        for number, up in enumerate((1.0, 0.0))
    )
    for both in (runs, runs[::-1]):
        (found,) = slots_of(replace(probes(), runs=both))
        assert found.numbers == {"service.available": 0.0}
