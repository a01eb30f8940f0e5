"""Which revision of the database's schema is deployed where a phase happens, from the records of its checks."""

from rollout.evidence import Run
from rollout.evidence.records import TestOutcome
from rollout.judge.selection import Selection, belongs

REVISION = "schema.revision"  # the name under which a check records it


def schema_revision(chosen: Selection) -> str | None:
    """The revision that a check recorded last in the environment of the phase; None if none did."""
    here = chosen.plan.phase(chosen.phase).environment
    runs = [run for run in chosen.runs if chosen.rehearsal or here is None or belongs(run, here)]
    newest = max((record for run in runs for record in outcomes(run)), key=lambda record: record.t, default=None)
    return str(newest.measured[REVISION]) or None if newest else None


def outcomes(run: Run) -> list[TestOutcome]:
    """The outcomes of the checks that recorded a revision."""
    return [record for record in run.of(TestOutcome) if REVISION in record.measured]
