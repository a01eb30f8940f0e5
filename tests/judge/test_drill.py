"""The newest drill about a criterion decides, whichever way it went."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Drill, DrillErred, TestOutcome, TestStatus
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.recovery_time import largest_size
from rollout.judge.schema_revision import REVISION
from rollout.plan import Criterion
from rollout.plan.limit import Limit
from tests.judge.ledgers import CHECK, NOW, PLAN, RELEASE, criterion, drill, judged, reason, start, verdict

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


def limited(folder: Path, *took: float | None, sizes: tuple[int, ...] = (), op: str = "<") -> Finding:
    """What is said of drills whose recovery took so long, under a limit of 60 s."""
    for number, seconds in enumerate(took):
        with start(folder, "drill", at=NOW - 300 + number) as journal:
            counts = {"database_bytes": sizes[number]} if sizes else {}
            journal.append(
                Drill(
                    criterion="stage.drilled", passed=True, reason="so", value="2 s", recovery_s=seconds, counts=counts
                )
            )
    limit = Limit.model_validate({"op": op, "value": 60, "unit": "s"})
    criteria = [each.model_copy(update={"limit": limit}) if each.id == "drilled" else each for each in PLAN.criteria]
    plan = PLAN.model_copy(update={"criteria": tuple(criteria)})
    return next(
        each for each in decide(plan, "stage", read_ledger([folder]), NOW).findings if each.id == "stage.drilled"
    )


@pytest.mark.parametrize(
    ("took", "verdict", "reason"),
    [
        (59.9, "MET", "so"),
        (60.0, "BROKEN", "recovery took 60.0 s, want < 60 s"),
        (60.04, "BROKEN", "recovery took 60.04 s, want < 60 s"),
        (None, "UNPROVEN", "the last drill does not tell how long a recovery takes"),
    ],
)
def test_a_recovery_must_be_within_its_limit(tmp_path: Path, took: float | None, verdict: str, reason: str) -> None:
    """
    Where the plan has one; the newest drill decides.
    """
    found = limited(tmp_path, 1.0, took)
    assert (found.verdict.name, found.reason, found.number, found.limit) == (verdict, reason, took, "< 60 s")


def test_a_slow_recovery_breaks_whatever_its_age(tmp_path: Path) -> None:
    """
    Age limits what proves, not what accuses.
    """
    with start(tmp_path, "drill", at=NOW - 30 * DAY) as journal:
        journal.append(Drill(criterion="stage.drilled", passed=True, reason="so", value="2 s", recovery_s=61.0))
    assert limited(tmp_path).verdict.name == "BROKEN"


def test_how_long_a_recovery_took_over_drills_is_told_and_the_size_that_breaks_the_limit(tmp_path: Path) -> None:
    """
    By a straight line through the smallest and the largest database, and so called.
    """
    found = limited(tmp_path, 10.0, 12.0, 20.0, sizes=(100 << 20, 120 << 20, 200 << 20))
    assert found.bound == (
        "recovery took 20.0 s; before 10.0 s, 12.0 s;"
        " extrapolated, < 60 s holds up to about 600 MiB, and there are 200.0 MiB"
    )


@pytest.mark.parametrize(
    ("seen", "size"),
    [
        ([(100, 10.0)], 600.0),
        ([(100, 10.0), (110, 30.0)], 220.0),
        ([(100, 10.0), (200, 10.0)], None),
        ([(100, 20.0), (200, 30.0)], 500.0),
        ([(0, 10.0)], None),
        ([], None),
    ],
    ids=[
        "of one size",
        "of nearly one size",
        "no slower",
        "with what it takes whatever the size",
        "of no size",
        "none",
    ],
)
def test_the_size_that_breaks_a_limit_is_extrapolated(seen: list[tuple[int, float]], size: float | None) -> None:
    """
    From the newest drill where all were about as large.
    """
    assert largest_size(seen, 60.0) == size


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


def deployed(folder: Path, revision: str, at: float = NOW - 100, outcome: TestStatus = "passed", **more: Any) -> None:
    """A check that saw the revision of the schema."""
    with start(folder, "pytest", at=at, **more) as journal:
        journal.append(
            TestOutcome(
                node=CHECK,
                criteria=("stage.answers",),
                outcome=outcome,
                duration_s=0.1,
                message="",
                measured={REVISION: revision},
            )
        )


def drilled_at(folder: Path, revision: str | None, passed: bool = True) -> None:
    """A drill on a database at that revision of the schema."""
    with start(folder, "drill", at=NOW - 200) as journal:
        journal.append(
            Drill(criterion="stage.drilled", passed=passed, reason="all rows are back", value="2 s", revision=revision)
        )


@pytest.mark.parametrize("revision", ["0004", None], ids=["the same", "none"])
def test_a_drill_counts_at_the_deployed_revision_of_the_schema(tmp_path: Path, revision: str | None) -> None:
    """
    So does one that touches no database, and any drill where no check told what is deployed.
    """
    drilled_at(tmp_path, revision)
    assert verdict(judged(tmp_path), "drilled") == "MET"
    deployed(tmp_path, "0004")
    assert verdict(judged(tmp_path), "drilled") == "MET"


def test_a_drill_at_another_revision_of_the_schema_proves_nothing(tmp_path: Path) -> None:
    """
    The newest check tells which one is deployed, whether it passed or not.
    """
    drilled_at(tmp_path, "0003")
    deployed(tmp_path, "0003", at=NOW - 150)
    assert verdict(judged(tmp_path), "drilled") == "MET"
    deployed(tmp_path, "0004", outcome="failed")
    assert (verdict(judged(tmp_path), "drilled"), reason(judged(tmp_path), "drilled")) == (
        "UNPROVEN",
        "the last drill was at schema revision 0003, and 0004 is deployed",
    )


def test_a_drill_that_failed_accuses_at_any_revision(tmp_path: Path) -> None:
    """
    A migration mends no backup.
    """
    drilled_at(tmp_path, "0003", passed=False)
    deployed(tmp_path, "0004")
    assert verdict(judged(tmp_path), "drilled") == "BROKEN"


LIVE = PLAN.model_copy(
    update={
        "phases": (PLAN.phases[0].model_copy(update={"environment": "production"}),),
        "criteria": tuple(
            Criterion.model_validate(each)
            for each in (
                criterion("answers", "tests"),
                criterion("drilled", "drill", environment="staging", max_age="7d"),
            )
        ),
    }
)
STAGING: dict[str, Any] = {"environment": "staging", "target": "staging"}
PRODUCTION: dict[str, Any] = {"environment": "production", "target": "production"}


def live(folder: Path, now: float = NOW) -> Decision:
    """The decision about a phase on production whose drill belongs on staging."""
    return decide(LIVE, "stage", read_ledger([folder]), now, release=RELEASE)


def test_a_drill_on_staging_counts_for_a_phase_on_production(tmp_path: Path) -> None:
    """
    What is deployed on production is compared with what was drilled, and not what is on staging by now.
    """
    with start(tmp_path, "drill", at=NOW - 200, **STAGING) as journal:
        journal.append(Drill(criterion="stage.drilled", passed=True, reason="back", value="2 s", revision="0004"))
    deployed(tmp_path, "0004", at=NOW - 150, **PRODUCTION)
    deployed(tmp_path, "0005", **STAGING)
    assert verdict(live(tmp_path), "drilled") == "MET"
    deployed(tmp_path, "0005", at=NOW - 50, **PRODUCTION)
    assert verdict(live(tmp_path), "drilled") == "UNPROVEN"


def test_a_drill_on_staging_begins_no_phase_on_production(tmp_path: Path) -> None:
    """
    It is carried out weeks before; what is missing is overdue a week after the first evidence of production.
    """
    drill(tmp_path, at=NOW - 30 * DAY, **STAGING)
    assert verdict(live(tmp_path), "drilled") == "UNPROVEN"
    deployed(tmp_path, "0004", at=NOW - 8 * DAY, **PRODUCTION)
    found = next(each for each in live(tmp_path).findings if each.id == "stage.drilled")
    assert (found.verdict.name, found.overdue) == ("BROKEN", True)
