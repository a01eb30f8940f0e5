"""Thirty drills with a real dump and a real restore whose truth is known: lost, resurrected and orphaned rows are counted exactly."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr

from rollout.drill import restore
from rollout.drill.canary_rows import DELETES, FIRST, CanaryRows
from rollout.drill.outcome import Failed
from rollout.drill.restore import RestoreDrill
from tests.drill.live_database import canary_schemas, changed

pytestmark = pytest.mark.stack
SEEDS = [pytest.param(seed, marks=pytest.mark.slow if seed >= 10 else ()) for seed in range(30)]


@dataclass(frozen=True)
class Truth:
    """How many operations come *before* the snapshot, *dumping* after it and *restoring*, and how many rows the copy drops."""

    before: int
    dumping: int
    restoring: int
    dropped: int

    @property
    def last(self) -> int:
        return self.before + self.dumping + self.restoring


def alive(operations: int) -> list[int]:
    """The rows that are there after so many operations, the oldest first."""
    rows: list[int] = []
    for number in range(1, operations + 1):
        if number % DELETES == 0 and rows:
            del rows[0]
        else:
            rows.append(number)
    return rows


def truth_of(seed: int) -> Truth:
    """One of the thirty; every third copy drops rows."""
    luck = Random(seed)
    return Truth(
        FIRST + luck.randrange(20), luck.randrange(1, 25), luck.randrange(25), luck.randrange(1, 4) * (seed % 3 == 0)
    )


def told_of(truth: Truth) -> str:
    """What a drill has to tell of it; the time apart."""
    copy, live = alive(truth.before), alive(truth.last)
    kept = copy[truth.dropped :]
    lost, back = len({*live} - {*kept}), len({*kept} - {*live})
    return (
        rf"of {truth.last} numbered writes and deletes number {truth.before} was the last to survive:"
        rf" \d+\.\d s, {lost} rows lost, {back} resurrected, {truth.dropped} orphans"
    )


@pytest.fixture
def arranged(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> Callable[[Truth], RestoreDrill]:
    """Arrange that a drill goes as a truth has it: its operations come when they are due, and not by the clock."""
    drill.may_write = True
    canaries: list[CanaryRows] = []
    ran, restored, found = vars(restore)["run"], vars(restore)["restored"], CanaryRows.found

    def operate(times: int) -> None:
        for _ in range(times):
            canaries[0].operate()

    def arrange(truth: Truth) -> RestoreDrill:
        def start(self: CanaryRows) -> None:
            canaries.append(self)
            operate(truth.before - FIRST)

        def dumped(argv: list[str], *more: Any, **options: Any) -> None:
            operate(truth.dumping)
            ran(argv, *more, **options)

        def restoring(*facts: Any) -> None:
            restored(*facts)
            operate(truth.restoring)

        def looked(self: CanaryRows, copy: SecretStr) -> object:
            oldest = f"SELECT number FROM {self.schema}.row ORDER BY number LIMIT {truth.dropped}"
            changed(copy, f"DELETE FROM {self.schema}.row WHERE number IN ({oldest})")
            return found(self, copy)

        monkeypatch.setattr(CanaryRows, "start", start)
        monkeypatch.setattr(CanaryRows, "found", looked)
        monkeypatch.setattr(restore, "run", dumped)
        monkeypatch.setattr(restore, "restored", restoring)
        return drill

    return arrange


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drill_counts_exactly_what_is_lost_resurrected_and_orphaned(
    arranged: Callable[[Truth], RestoreDrill], seed: int
) -> None:
    """
    A copy whose parts lost their rows fails, with the same counts.
    """
    truth = truth_of(seed)
    drill = arranged(truth)
    if truth.dropped:
        with pytest.raises(Failed, match=f"^the copy is of no one moment: {told_of(truth)}; 0 operations are missing"):
            drill.carry_out(None)
    else:
        passed = drill.carry_out(None)
        assert re.search(told_of(truth), passed.reason)
        assert passed.counts["canary_operations_count"] == truth.last
        assert passed.counts["canary_survived_number"] == truth.before
    assert canary_schemas(drill) == []
