"""The newest drill about a criterion decides, whichever way it went."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence.records import Drill, DrillErred
from tests.judge.ledgers import NOW, drill, judged, reason, start, verdict

DAY = 86_400.0


def test_a_drill_that_passed_is_met(tmp_path: Path) -> None:
    """
    What was seen is the reason.
    """
    drill(tmp_path)
    assert (verdict(judged(tmp_path), "drilled"), reason(judged(tmp_path), "drilled")) == (
        "MET",
        "flag was off after 2 s",
    )


def test_the_newest_drill_decides(tmp_path: Path) -> None:
    """
    A failure after a pass breaks, a pass after a failure mends.
    """
    drill(tmp_path, at=NOW - 300)
    drill(tmp_path, passed=False, at=NOW - 200)
    assert verdict(judged(tmp_path), "drilled") == "BROKEN"
    drill(tmp_path, at=NOW - 100)
    assert verdict(judged(tmp_path), "drilled") == "MET"


def test_of_two_drills_at_once_the_one_that_ended_last_decides(tmp_path: Path) -> None:
    """
    One that began first and failed last is newer than a pass in between, and the other way round.
    """
    told = {True: "it came back", False: "it did not come back"}
    for began, ended, passed in ((NOW - 300, NOW - 100, False), (NOW - 200, NOW - 150, True)):
        with start(tmp_path, "drill", at=began) as journal:
            journal.append(Drill(t=ended, criterion="stage.drilled", passed=passed, reason=told[passed], value="2 s"))
    assert (verdict(judged(tmp_path), "drilled"), reason(judged(tmp_path), "drilled")) == ("BROKEN", told[False])
    with start(tmp_path, "drill", at=NOW - 400) as journal:
        journal.append(Drill(t=NOW - 50, criterion="stage.drilled", passed=True, reason="again", value="2 s"))
    assert verdict(judged(tmp_path), "drilled") == "MET"


def test_of_two_drills_that_could_not_tell_the_one_that_ended_last_is_shown(tmp_path: Path) -> None:
    """
    Whichever began first.
    """
    for began, ended, why in ((NOW - 300, NOW - 100, "no disk"), (NOW - 200, NOW - 150, "no network")):
        with start(tmp_path, "drill", at=began) as journal:
            journal.append(DrillErred(t=ended, criterion="stage.drilled", reason=why))
    assert reason(judged(tmp_path), "drilled") == "the drill could not tell: no disk"


def test_a_drill_of_another_procedure_says_nothing(tmp_path: Path) -> None:
    """
    Nor does one of the same name in another phase.
    """
    for name in ("stage.restored", "before.drilled"):
        with start(tmp_path, "drill") as journal:
            journal.append(Drill(criterion=name, passed=True, reason="it went well", value="2 s"))
    assert reason(judged(tmp_path), "drilled") == "never exercised"


@pytest.mark.parametrize(("passed", "expected"), [(True, "UNPROVEN"), (False, "BROKEN")])
def test_a_drill_that_was_cut_short_only_accuses(tmp_path: Path, passed: bool, expected: str) -> None:
    """
    A pass needs the end of its run.
    """
    journal = start(tmp_path, "drill")
    journal.append(Drill(criterion="stage.drilled", passed=passed, reason="so", value="2 s"))
    journal.abandon()
    assert verdict(judged(tmp_path), "drilled") == expected


@pytest.mark.parametrize(("age", "expected"), [(DAY, "MET"), (DAY + 1, "UNPROVEN")])
def test_a_drill_grows_old(tmp_path: Path, age: float, expected: str) -> None:
    """
    At its age it counts, beyond it is missing.
    """
    drill(tmp_path, at=NOW - age)
    assert verdict(judged(tmp_path), "drilled") == expected


def test_what_would_flip_it_and_all_attempts_are_told(tmp_path: Path) -> None:
    """
    Of a pass and of a failure.
    """
    drill(tmp_path, at=NOW - 300)
    found = next(each for each in judged(tmp_path).findings if each.id == "stage.drilled")
    assert (found.margin, found.attempts, found.n) == ("1 failing drill would break it", 1, 1)
    drill(tmp_path, passed=False, at=NOW - 200)
    found = next(each for each in judged(tmp_path).findings if each.id == "stage.drilled")
    assert (found.margin, found.attempts, found.n) == ("1 passing drill is needed", 2, 2)
    stale = next(each for each in judged(tmp_path / "none").findings if each.id == "stage.drilled")
    assert (stale.attempts, stale.reason) == (0, "never exercised")


def test_the_whole_list_of_a_failed_drill_is_told(tmp_path: Path) -> None:
    """
    Of which the reason has the beginning; a passing drill that is too old has none.
    """
    with start(tmp_path, "drill") as journal:
        lines = ("table a has changed", "table b has changed")
        journal.append(
            Drill(criterion="stage.drilled", passed=False, reason="a; b and 1 more", value="2 s", listed=lines)
        )
    found = next(each for each in judged(tmp_path).findings if each.id == "stage.drilled")
    assert found.listed == lines


def erred(folder: Path, **more: Any) -> None:
    """A drill that could not tell."""
    with start(folder, "drill", **more) as journal:
        journal.append(DrillErred(criterion="stage.drilled", reason="pg_dump is not on PATH"))


def test_a_drill_that_could_not_tell_proves_and_accuses_nothing(tmp_path: Path) -> None:
    """
    Where it is the only one its reason is shown, with its journal.
    """
    erred(tmp_path)
    found = next(each for each in judged(tmp_path).findings if each.id == "stage.drilled")
    assert (found.verdict.name, found.n) == ("UNPROVEN", 0)
    assert found.reason == "the drill could not tell: pg_dump is not on PATH"
    assert len(found.evidence) == 1


@pytest.mark.parametrize(("passed", "expected"), [(True, "MET"), (False, "BROKEN")])
def test_a_drill_that_could_not_tell_leaves_what_was_known(tmp_path: Path, passed: bool, expected: str) -> None:
    """
    The verdict of the one before stands, and it is said that a newer one could not tell.
    """
    drill(tmp_path, passed=passed, at=NOW - 300)
    erred(tmp_path, at=NOW - 200)
    assert verdict(judged(tmp_path), "drilled") == expected
    assert reason(judged(tmp_path), "drilled") == (
        "flag was off after 2 s; one after it could not tell: pg_dump is not on PATH"
    )
    drill(tmp_path, passed=passed, at=NOW - 100)
    assert reason(judged(tmp_path), "drilled") == "flag was off after 2 s"
