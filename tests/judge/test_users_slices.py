"""Slices of users' traffic: which of several counts says the worse, when users are due, and what a slice adds up to."""

from pathlib import Path

import pytest

from rollout.evidence import JournalState, Run
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import Requests, Sample, Slot, WatchFacts
from rollout.judge.finding import Case
from rollout.judge.sample_round import SampleRound
from rollout.judge.slots import slots_of
from rollout.judge.users_slices import Share, Slice, badness, before, bets, length_of, share, slices
from rollout.metrics import MetricKind
from tests.judge.ledgers import NOW
from tests.judge.test_users import plan, seen
from tests.properties.ledgers import started

FAILED, SLOW, SERVED = MetricKind.USERS_FAILED, MetricKind.USERS_SLOW, MetricKind.USERS_SERVED


def cut(n: int = 10, failed: int = 0, slow: int = 0, down: bool = False) -> Slice:
    """One slice."""
    return Slice(at=0.0, place=0, n=n, failed=failed, slow=slow, down=down)


def watch(counts: list[Requests | None], begin: float = NOW, number: int = 1, every: float = 30.0) -> Run:
    """A monitor that counted users, each in turn."""
    facts = WatchFacts(interval_s=every, for_s=3600, step="all")
    rounds = [
        Slot(
            t=begin + at * every,
            due=begin + at * every,
            number=at,
            samples={"users.requests": Sample(value=1.0, requests=each), "service.available": Sample(value=1.0)},
        )
        for at, each in enumerate(counts)
    ]
    return run_of(
        Path(f"{number}.jsonl"), JournalState.COMPLETE, [started("watch", number, begin, watch=facts), *rounds]
    )


def case(name: str, *runs: Run) -> Case:
    """One criterion about the users whom *runs* counted."""
    rules = plan()
    return Case(rules.criterion(f"stage.{name}"), rules.phase("stage"), runs, NOW + 10_000)


@pytest.mark.parametrize(
    ("kind", "each", "expected"),
    [
        (FAILED, cut(failed=3, slow=5), Share(3, 3, 10)),
        (SLOW, cut(failed=3, slow=5), Share(8, 5, 10)),
        (SLOW, cut(failed=5, slow=3), Share(8, 5, 10)),
        (SLOW, cut(failed=6, slow=6), Share(10, 6, 10)),
        (SERVED, cut(failed=9), Share(0, 0, 1)),
        (SERVED, cut(failed=10), Share(1, 1, 1)),
        (SERVED, cut(n=0), Share(1, 0, 1)),
        (SERVED, cut(n=0, down=True), Share(1, 1, 1)),
        (FAILED, cut(n=0), Share(0, 0, 0)),
    ],
)
def test_a_slice_is_bad_at_the_most_and_at_the_least(kind: MetricKind, each: Slice, expected: Share) -> None:
    """
    Nobody tells whether a slow request failed too; silence accuses only where the probe failed.
    """
    assert share(kind, each) == expected


def test_of_what_several_monitors_counted_the_larger_share_is_the_worse() -> None:
    """
    Of equal shares that of fewer requests, and silence comes last unless the probe failed in it.
    """
    ranked = [cut(n=0), cut(n=20), cut(n=10), cut(n=20, failed=1), cut(n=10, failed=1), cut(n=0, down=True)]
    assert sorted(reversed(ranked), key=lambda each: badness(FAILED, each)) == ranked


def test_silence_is_all_bad_for_the_proof_and_accuses_where_the_probe_failed() -> None:
    """
    A slice that counts is its share in both bets.
    """
    some = [cut(failed=1), cut(n=0), cut(n=0, down=True)]
    assert bets(FAILED, some) == ([0.1, 1.0, 1.0], [0.1, 1.0])
    assert bets(SERVED, some) == ([0.0, 1.0, 1.0], [0.0, 1.0])


def test_a_slice_adds_up_what_one_monitor_counted_in_it() -> None:
    """
    Two looks of 15 s make one slice of 30 s; its moment is that of the last look.
    """
    run = watch([seen(failed=1, slow=2), seen(failed=2, slow=4), seen(n=50), seen(n=50)], every=15.0)
    about = case("fast", run)
    assert slices(about, slots_of(about), 30.0) == [
        Slice(at=NOW + 15, place=0, n=200, failed=3, slow=6, down=False),
        Slice(at=NOW + 45, place=1, n=100, failed=0, slow=0, down=False),
    ]


@pytest.mark.parametrize(("ago_s", "due"), [(3600.0, True), (3600.001, False)])
def test_users_are_due_up_to_an_hour_after_a_request(ago_s: float, due: bool) -> None:
    """
    That one may lie before the slots in question, and be of an earlier monitor.
    """
    about = case("errors", watch([seen()], NOW - ago_s, number=1), watch([seen(n=0)], NOW, number=2))
    window = slots_of(about)[-1:]
    assert [slot.due for slot in before(about, window)] == ([NOW - ago_s] if due else [])
    assert [each.silent for each in slices(about, window, 30.0)] == [True] * due


def test_a_slice_is_as_long_as_the_plan_says_or_the_longest_interval() -> None:
    """
    A second where nobody looked.
    """
    about = case("errors")
    free = Case(about.criterion.model_copy(update={"slice": None}), about.phase, (), NOW)
    slots = [SampleRound.of(NOW, each, {}, watch([])) for each in (10.0, 60.0, 30.0)]
    assert (length_of(about, slots), length_of(free, slots), length_of(free, [])) == (30.0, 60.0, 1.0)
