"""Cases 9 and 24: a slot that another slot of the same moment would hide, and an interval of one run that stands for all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import JournalState
from rollout.evidence.records import Requests
from rollout.judge.same_moment import worst
from rollout.judge.slots import slots_of
from rollout.statistics.e_values import EValues
from tests.judge.ledgers import NOW, judged, slots, users_slots, verdict
from tests.judge.test_metric import found as of_probes
from tests.judge.test_users import GOOD, WHOLE, seen
from tests.judge.test_users import found as of_users
from tests.judge.test_watch_rules import case, rounds

GOOD_QUEUE: list[float | None] = [3.0] * 121
UP: list[float | None] = [1.0] * 121
ORDERS = pytest.mark.parametrize("good_last", [True, False], ids=["the good one last", "the good one first"])


def told_twice(folder: Path, good_last: bool, **bad: Any) -> None:
    """The same moments as a good run and as a bad one have them."""
    good: dict[str, Any] = {"queue": GOOD_QUEUE, "up": UP}
    for samples in (bad, good) if good_last else (good, bad):
        slots(folder, **{**good, **samples})


@ORDERS
@pytest.mark.parametrize(
    ("name", "bad", "expected"),
    [
        pytest.param("queue", {"queue": [500.0] * 121}, "BROKEN", id="a level"),
        pytest.param("queue", {"queue": [None] * 121}, "UNPROVEN", id="a level that was not sampled"),
        pytest.param("available", {"up": [0.0] * 121}, "BROKEN", id="a probe"),
        pytest.param("available", {"up": [None] * 121}, "UNPROVEN", id="a probe that was not sent"),
        pytest.param("watched", {"up": [0.0] * 121}, "UNPROVEN", id="the last part of the window"),
    ],
)
def test_of_two_slots_of_one_moment_the_worse_counts(
    tmp_path: Path, name: str, bad: dict[str, Any], expected: str, good_last: bool
) -> None:
    """
    Case 9: a good slot with the time of a bad one hides nothing, in whatever order they are read.
    """
    told_twice(tmp_path, good_last, **bad)
    assert verdict(judged(tmp_path), name) == expected


@ORDERS
def test_good_slots_of_moments_that_were_bad_do_not_thin_them_out(tmp_path: Path, good_last: bool) -> None:
    """
    Case 9: 2 of 120 probes failed, and they are still 2 of 120 when the same two moments are told again as good.
    """
    both: list[list[float]] = [[0.0] * 2 + [1.0] * 118, [1.0] * 120]
    for up in both if good_last else reversed(both):
        slots(tmp_path, [3.0] * 120, up=up)
    finding = of_probes(tmp_path, "available")
    assert (finding.verdict.name, finding.n) == ("BROKEN", 120)


@ORDERS
@pytest.mark.parametrize("name", ["errors", "fast", "served"])
@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        pytest.param(seen(failed=100), "BROKEN", id="failed"),
        pytest.param(None, "UNPROVEN", id="not counted"),
        pytest.param(seen(n=0), "UNPROVEN", id="silent"),
    ],
)
def test_of_two_counts_of_users_at_one_moment_the_worse_counts(
    tmp_path: Path, name: str, bad: Requests | None, expected: str, good_last: bool
) -> None:
    """
    Case 9: failed requests first, then what could not be counted, then silence, then the smaller number.
    """
    both: list[Sequence[Requests | None]] = [[bad] * WHOLE, GOOD]
    for counts in both if good_last else reversed(both):
        users_slots(tmp_path, counts)
    assert of_users(tmp_path, name).verdict.name == expected


def test_of_equal_rounds_the_one_without_an_end_counts() -> None:
    """
    Case 9: a run cut short is no proof, though a whole one says the same.
    """
    asked = case(rounds(0, 60), rounds(0, 60, number=2))
    whole, *_ = slots_of(asked)
    (torn, *_) = slots_of(case(rounds(0, 60, state=JournalState.TORN, number=3)))
    assert worst(asked, [whole, torn]) is torn
    assert worst(asked, [torn, whole]) is torn


def kept_by(bets: int) -> str:
    """What the bet on a kept 99 % makes of so many good slices, as a finding says it."""
    return f"evidence for keeping it {EValues(limit=0.01).bet([0.0] * bets).e_pass:.3g},"


@pytest.mark.parametrize("last", [1.0, 3600.0], ids=["a shorter interval", "a longer interval"])
def test_the_interval_of_the_last_run_does_not_cut_the_evidence_of_others(tmp_path: Path, last: float) -> None:
    """
    Case 24: 120 probes a second apart are 4 slices of 30 s, whatever the run after them looked at; one more is one more.
    """
    slots(tmp_path, [1.0] * 120, every=1.0, until=NOW - 600)
    slots(tmp_path, [1.0], every=last, until=NOW - 60 + last)
    finding = of_probes(tmp_path, "available", support="required", slice="30s")
    assert kept_by(5) in finding.bound


def test_a_slice_is_as_bad_as_the_share_of_its_probes_that_failed(tmp_path: Path) -> None:
    """
    Case 24: 6 of the 12 probes of half a minute failed, in the first of two slices.
    """
    slots(tmp_path, [1.0] * 24, up=[*[0.0] * 6, *[1.0] * 18], every=2.5)
    finding = of_probes(tmp_path, "available", support="required", slice="30s")
    assert f"against it {EValues(limit=0.01).bet([0.5, 0.0]).e_fail:.3g}, " in finding.bound
