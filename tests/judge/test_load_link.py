"""Of seconds in which some workers had no link, only what the others certainly failed at fires a trigger."""

from random import Random

import pytest

from rollout.evidence import Record
from rollout.evidence.records import LoadGenerator, LoadOffline, LoadSecond
from rollout.judge.finding import Case
from rollout.judge.load_attempts import attempts
from rollout.judge.load_trigger import fired
from rollout.judge.request_budget import budget
from rollout.judge.verdict import Verdict
from tests.judge.loads import PLAN, START, Load, judged, row, second

DOWN = range(10, 50)


def without_link(*workers: str, when: range = DOWN) -> list[Record]:
    """The seconds in which the own link of some workers was down."""
    return [LoadOffline(worker=worker, second=START + at) for at in when for worker in workers]


def reading(worker: str, when: range = range(60)) -> list[Record]:
    """What another worker recorded about itself; the load of tests has the readings of `w`."""
    return [LoadGenerator(worker=worker, second=START + at, cpu_percent=20.0) for at in when]


def outage(err: int, *, more: list[Record], users: float = 20) -> Load:
    """Forty seconds in which *err* of 20 requests fail."""
    return Load(seconds=[second(at, err=err if at in DOWN else 0) for at in range(60)], more=more, users=users)


@pytest.mark.parametrize("others", [(), ("w3",), ("w3", "w4")], ids=["one of two", "one of three", "one of four"])
def test_a_worker_without_a_link_mutes_no_outage_that_the_others_saw(others: tuple[str, ...]) -> None:
    """
    Nobody got an answer, those with a link neither: ROLLBACK, which a good run after it does not take away.
    """
    more = [*without_link("w2"), *(each for name in others for each in reading(name))]
    for runs in ([outage(20, more=more)], [outage(20, more=more), Load(name="good")]):
        finding = judged("errors", *runs)
        assert finding.verdict is Verdict.TRIGGERED
        assert finding.reason.endswith("trigger > 5 %; what w2 sent without a link is left out")


def test_what_workers_with_a_link_certainly_sent_is_half_of_their_share() -> None:
    """
    Of 200 requests in ten seconds, one of two workers sent 50 at least; all that was answered is taken as its own.
    """
    assert "150 of 350 requests failed" in judged("errors", outage(20, more=without_link("w2"))).reason
    assert "90 of 350 requests failed" in judged("errors", outage(18, more=without_link("w2"))).reason


@pytest.mark.parametrize(
    ("err", "more", "users"),
    [
        (20, without_link("w"), 20),
        (20, without_link("w", "w2"), 20),
        (20, without_link("gone"), 1),
        (10, without_link("w2"), 20),
        (15, without_link("w2"), 20),
        (20, [*without_link("w2"), *reading("w3")], 2),
    ],
    ids=["the only one", "all", "one user", "an even half", "three quarters", "users fewer than workers"],
)
def test_failures_that_may_all_be_those_of_a_link_accuse_nobody(err: int, more: list[Record], users: float) -> None:
    """
    As many as the worker without a link can have sent, or no worker that is known to have sent anything.
    """
    finding = judged("errors", outage(err, more=more, users=users))
    assert finding.verdict is Verdict.UNPROVEN
    assert "no ROLLBACK, the generator had no link in" in finding.reason


def test_a_worker_that_told_nothing_of_itself_has_sent_nothing() -> None:
    """
    Readings of other seconds do not show that it was at work in these.
    """
    load = outage(20, more=without_link("w2")).run()
    assert judged("errors", load).verdict is Verdict.TRIGGERED
    silent = Load(seconds=[], more=[*outage(20, more=[]).seconds, *without_link("w2"), *reading("w", range(10))])
    assert judged("errors", silent).verdict is Verdict.UNPROVEN


def test_a_part_of_the_requests_is_left_out_of_such_seconds_as_a_whole() -> None:
    """
    The users of one scenario may all have been at one worker.
    """
    errors = PLAN.criterion("stage.errors")
    case = Case(errors, PLAN.phase("stage"), (outage(20, more=without_link("w2")).run(),), now=START + 100.0)
    assert errors.trigger is not None
    limit = budget(errors.trigger, errors.measured)
    assert fired(attempts(case, "all"), "all", limit)
    assert fired(attempts(case, "projects.list"), "projects.list", limit) is None


@pytest.mark.parametrize("rate", [1.0, 4.0, 20.0, 200.0])
@pytest.mark.parametrize("mine", [0.3, 0.5, 0.7], ids=["30 %", "half", "70 %"])
def test_a_healthy_target_fires_nothing_however_the_requests_are_shared(rate: float, mine: float) -> None:
    """
    All requests of a worker without a link fail, in arrivals by chance, of which it sent less or more than half.
    """
    for seed in range(20):
        chance = Random(seed)
        assert judged("errors", Load(seconds=by_chance(chance, rate, mine), more=without_link("w2"))).verdict is (
            Verdict.UNPROVEN
        )


def by_chance(chance: Random, rate: float, mine: float) -> list[LoadSecond]:
    """A minute of requests, of which the share *mine* fails while the link is down."""
    found = []
    for at in range(60):
        sent = sum(chance.random() < rate / 400 for _ in range(400))
        failed = sum(chance.random() < mine for _ in range(sent)) if at in DOWN else 0
        names = {"projects.list": row(sent, err=failed).numbers()}
        found.append(LoadSecond(second=START + at, planned=sent, sent=sent, names=names))
    return found
