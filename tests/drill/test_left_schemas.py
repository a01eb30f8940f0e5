"""What a killed drill left in the live database is named where nobody may remove it, with the statement that does."""

import pytest

from rollout.cli.examination import probes_of
from rollout.drill.canary_rows import SCHEMA, canary_rows
from rollout.drill.left_schemas import told_of_left
from rollout.drill.restore import RestoreDrill
from rollout.target.probe import looks
from tests.drill.live_database import canary_schemas, changed
from tests.standin.test_boot import State
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack
LEFT = (
    "1 schema of a killed drill is left in the live database, to be removed by"
    f" DROP SCHEMA {SCHEMA}left CASCADE, as postgres"
)


def test_a_drill_that_may_not_write_names_what_a_killed_one_left(drill: RestoreDrill) -> None:
    """
    It stays; the statement that is named removes it.
    """
    changed(drill.live, f"CREATE SCHEMA {SCHEMA}left", f"CREATE TABLE {SCHEMA}left.row (number int)")
    assert drill.carry_out(None).reason.endswith(f"; {LEFT}")
    assert canary_schemas(drill) == [f"{SCHEMA}left"]
    changed(drill.live, LEFT.partition("removed by ")[2].partition(",")[0])
    assert told_of_left(drill.live) == ""


def test_what_a_drill_is_writing_in_is_not_left(drill: RestoreDrill) -> None:
    """
    Its lock says so, to a role that only reads too.
    """
    with canary_rows(drill.live, drill.scratch) as canary:
        assert canary is not None
        assert told_of_left(drill.live) == ""


def test_the_doctor_names_it_and_no_phase_stops_for_it(running: State, drill: RestoreDrill) -> None:
    """
    It takes room and harms nobody.
    """
    probe = next(probe for probe in probes_of(SUITE) if probe.name == "left by drills")
    target = SUITE.target_of(running).model_copy(update={"postgres_dsn": drill.live})
    assert (next(looks([probe], target)).state, probe.settings) == ("ok", ())
    changed(drill.live, f"CREATE SCHEMA {SCHEMA}left")
    found = next(looks([probe], target))
    assert (found.state, found.said) == ("failed", LEFT)
