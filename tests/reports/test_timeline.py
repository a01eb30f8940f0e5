"""The newest drill is drawn step by step, and how long the drills of the release took."""

from pathlib import Path

import pytest

from reports.allure.results import ids_of
from reports.charts import Gallery, gallery
from reports.charts.timeline import history, is_late, told
from rollout.evidence.records import Drill, DrillStep
from rollout.judge.decision import Decision
from rollout.judge.finding import Case
from rollout.origin import OF_NO_PHASE
from rollout.plan import load_plan
from rollout.plan.limit import Limit
from tests.reports.drilled import RESTORE, ROLLBACK, decided, drill, drilled
from tests.reports.evidence import NOW


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Decision, Gallery]:
    """A decision about drills and its pictures."""
    decision, ledger = drilled(tmp_path_factory.mktemp("journals"))
    return decision, gallery(decision, ledger, load_plan())


def test_each_drill_has_its_timeline_and_its_history(found: tuple[Decision, Gallery]) -> None:
    """
    One drill alone has no history.
    """
    plots = {plot.id: plot for plot in found[1].plots}
    assert list(plots) == [
        "plot-drill-rollback-drilled",
        *(f"plot-{kind}-restore-drilled" for kind in ("drill", "drills", "losses")),
    ]
    assert plots["plot-drills-restore-drilled"].caption == "3 of 3 passed; 7.8 to 13 s, the last 13 s."
    assert plots["plot-losses-restore-drilled"].caption == "3 of 3 passed; 4 to 6 rows, the last 6 rows."
    caption = plots["plot-drill-restore-drilled"].caption
    assert (
        caption
        == "2026-11-23 11:00:00 UTC, passed: 24 tables are back in 9.8 s; lost rows 6, rows 2,000,090, table 24."
    )


def test_every_step_stands_on_the_timeline_with_its_seconds(found: tuple[Decision, Gallery]) -> None:
    """
    In the picture itself, for those who only look.
    """
    drawn = {plot.id: str(plot.svg) for plot in found[1].plots}
    for name in RESTORE:
        assert f">{name} " in drawn["plot-drill-restore-drilled"], name
    for name in ROLLBACK:
        assert f">{name} " in drawn["plot-drill-rollback-drilled"], name


def test_a_step_that_took_too_long_is_marked(found: tuple[Decision, Gallery]) -> None:
    """
    In a drill that failed: what it may take is drawn where it is over.
    """
    plots = {plot.id: dict(plot.keys) for plot in found[1].plots}
    assert plots["plot-drill-rollback-drilled"] == {
        "bar": "a step",
        "bad": "a step that took too long",
        "ink": "its time is over",
    }
    assert plots["plot-drill-restore-drilled"] == {"bar": "a step"}


@pytest.mark.parametrize(("within", "late"), [(None, False), (2.0, False), (1.9, True)])
def test_a_step_is_late_beyond_its_time(within: float | None, late: bool) -> None:
    """
    At its time it is not; without one it never is.
    """
    assert is_late(DrillStep(name="switch", seconds=2.0, within_s=within)) is late


def test_a_pointer_is_told_how_long_a_step_may_take() -> None:
    """
    Where the drill has a time for it.
    """
    assert told(DrillStep(name="switch", seconds=2.0)) == "switch: 2 s"
    assert told(DrillStep(name="switch", seconds=2.0, within_s=10)) == "switch: 2 s, 10 s at most"


def test_a_drill_that_nobody_carried_out_is_named(tmp_path: Path) -> None:
    """
    Under what is not drawn.
    """
    drill(tmp_path, "restore-drilled", RESTORE, NOW - 60)
    decision, ledger = decided(tmp_path)
    assert "rollback-drilled: no drill came to its end." in gallery(decision, ledger, load_plan()).missing


def test_a_drill_that_decides_nothing_is_drawn_beside_the_others(tmp_path: Path) -> None:
    """
    The newest one, of the release that is decided.
    """
    times = {f"{name}{what}": 2.0 for name in ("kill Redis", "kill the worker") for what in ("", ": recover")}
    drill(tmp_path, "restore-drilled", RESTORE, NOW - 60)
    drill(tmp_path, "failures", {"kill Redis": 1.0}, NOW - 90, phase=OF_NO_PHASE)
    drill(tmp_path, "failures", times, NOW - 30, phase=OF_NO_PHASE)
    decision, ledger = decided(tmp_path)
    plots = {plot.id: plot for plot in gallery(decision, ledger, load_plan()).plots}
    assert all(name in str(plots["plot-drill-failures"].svg) for name in times)
    other = decision.model_copy(update={"release": "another one"})
    assert "plot-drill-failures" not in {plot.id for plot in gallery(other, ledger, load_plan()).plots}


def test_allure_shows_the_pictures_of_a_drill(found: tuple[Decision, Gallery]) -> None:
    """
    With the criterion that they are about.
    """
    decision, pictures = found
    finding = next(each for each in decision.findings if each.id == "predeploy.restore-drilled")
    mine = {plot.id for plot in pictures.plots} & ids_of(decision, finding)
    assert mine == {f"plot-{kind}-restore-drilled" for kind in ("drill", "drills", "losses")}


def test_the_time_to_recover_is_drawn_under_its_limit(tmp_path: Path) -> None:
    """
    Where the plan has one; where no drill tells that time each drill has its own as a whole.
    """
    plan = load_plan()
    restored = plan.criterion("predeploy.restore-drilled")
    limited = restored.model_copy(update={"limit": Limit(op="<", value=60, unit="s")})
    known = [Drill(criterion="c", passed=True, reason="r", value="v", recovery_s=each) for each in (7.0, 8.0)]
    case = Case(limited, plan.phase("predeploy"), (), float(NOW))
    drawn = history(case, known)
    assert drawn is not None
    assert "limit &lt; 60 s" in str(drawn.svg)
    untold = [
        Drill(criterion="c", passed=True, reason="r", value="v", steps=(DrillStep(name="s", seconds=each),))
        for each in (7.0, 8.0)
    ]
    whole = history(case, untold)
    assert whole is not None
    assert (whole.title, "limit" in str(whole.svg)) == ("Time of each drill: restore-drilled", False)
    assert history(case, known[:1]) is None


def test_a_drill_without_a_number_is_counted_all_the_same() -> None:
    """
    One that failed tells no time to recover and no loss: it is in no column, and was an attempt.
    """
    plan = load_plan()
    case = Case(plan.criterion("predeploy.restore-drilled"), plan.phase("predeploy"), (), float(NOW))
    known = [Drill(criterion="c", passed=True, reason="r", value="v", recovery_s=each) for each in (7.0, 8.0)]
    failed = Drill(criterion="c", passed=False, reason="r", value="v")
    drawn = history(case, [known[0], failed, failed, known[1]])
    assert drawn is not None
    assert drawn.caption == "2 of 4 passed; 2 without a number here; 7 to 8 s, the last 8 s."
