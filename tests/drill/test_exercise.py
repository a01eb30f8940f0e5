"""The installed drills, and what they need of a target before they begin."""

import pytest
from pydantic import SecretStr

from rollout.drill.course import Course
from rollout.drill.exercise import exercise_named, installed_for, name_of, shown_by
from rollout.drill.outcome import Passed
from rollout.drill.restore import RestoreDrill
from rollout.plan import Plan, load_plan
from rollout.readiness import lacks
from rollout.target import Action
from rollout.target.settings import Backups
from tests.judge.ledgers import PLAN as SMALL
from xcodereviewer.suite import SUITE


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


@pytest.mark.parametrize(("name", "criterion"), [("restore", "restore-drilled"), ("rollback", "rollback-drilled")])
def test_each_drill_shows_a_criterion_of_the_plan(plan: Plan, name: str, criterion: str) -> None:
    """
    And the criterion leads back to it.
    """
    exercise = exercise_named(name)
    full_ids = shown_by(plan, exercise)
    assert full_ids == [f"{phase}.{criterion}" for phase in ("predeploy", "phase3", "phase4", "phase5")]
    for full_id in full_ids:
        assert installed_for(plan.criterion(full_id)) == exercise
        assert name_of(plan.criterion(full_id)) == name


def test_a_drill_that_no_plan_asks_for_is_refused() -> None:
    """
    Nothing would read what it writes; a criterion that no drill shows has none.
    """
    with pytest.raises(ValueError, match="the plan has no criterion 'restore-drilled' that a drill shows"):
        shown_by(SMALL, exercise_named("restore"))
    (drilled,) = [each for each in SMALL.criteria if each.id == "drilled"]
    assert installed_for(drilled) is None
    with pytest.raises(ValueError, match="no drill is installed that shows 'drilled'"):
        name_of(drilled)


def test_the_doctor_names_what_the_drills_lack_on_a_real_target(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Settings and permissions; the rollback writes on a real target.
    """
    monkeypatch.setenv("XCR_POSTGRES_DSN", "postgresql://reader@127.0.0.1/live")
    allows_nothing = SUITE.target_named("staging").model_copy(update={"allow": ()})
    found = [lack for lack in lacks(plan, allows_nothing) if lack.criterion.endswith("-drilled")]
    ways = {(lack.criterion, lack.way_out) for lack in found}
    each = {
        ("restore-drilled", "set XCR_DRILL_DSN in the environment"),
        ("restore-drilled", "add 'drill' to `allow` in targets/staging.toml"),
        ("rollback-drilled", "add 'drill' to `allow` in targets/staging.toml"),
        ("rollback-drilled", "set XCR_ADMIN_PASSWORD in the environment"),
        ("rollback-drilled", "add 'write' to `allow` in targets/staging.toml"),
    }
    phases = ("predeploy", "phase3", "phase4", "phase5")
    assert ways == {(f"{phase}.{name}", way) for phase in phases for name, way in each}


@pytest.mark.parametrize(("allow", "may_write"), [(("drill",), False), (("drill", "write"), True)])
def test_canary_rows_are_written_only_where_the_target_allows_it(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, allow: tuple[str, ...], may_write: bool
) -> None:
    """
    A drill alone reads the live database.
    """
    drills: list[RestoreDrill] = []

    def carried_out(self: RestoreDrill, backups: Backups | None) -> Passed:
        drills.append(self)
        return Passed("it is back", "1 s")

    monkeypatch.setattr(RestoreDrill, "carry_out", carried_out)
    facts = {
        "postgres_dsn": SecretStr("host=a"),
        "drill_dsn": SecretStr("host=b"),
        "allow": frozenset(map(Action, allow)),
    }
    exercise_named("restore").carry_out(SUITE.target_named("staging").model_copy(update=facts), plan, Course())
    assert [drill.may_write for drill in drills] == [may_write]
