"""Checks that were in the source and are there no more: they stay expected until a person accepts that they are gone."""

from collections.abc import Iterable

from rollout.evidence import Run
from rollout.judge.check_notes import short
from rollout.judge.finding import Case
from rollout.judge.statements import accepted_as_gone
from rollout.values import some


def accepted(case: Case, runs: list[Run]) -> set[str]:
    """The functions that a person accepted as gone, unless a later one of the test *runs* found them again."""
    gone: set[str] = set()
    for said, record in accepted_as_gone(case.runs, case.phase.id):
        later = [run.started.checks.get(case.id, ()) for run in runs if run.started.t > said.started.t]
        gone |= set(record.checks.get(case.id, ())) - {function for functions in later for function in functions}
    return gone


def vanished(case: Case, runs: list[Run], nodes: Iterable[str]) -> list[str]:
    """Those of *nodes* that the newest of the test *runs* did not find in the source."""
    there = runs[-1].started.checks.get(case.id, ()) if runs else ()
    return [node for node in nodes if node.partition("[")[0] not in there]


def way_out(phase: str, lost: list[str]) -> str:
    """What to do about checks that vanished."""
    names = some([short(node) for node in lost])
    return (
        f"{names} {'is' if len(lost) == 1 else 'are'} not in the source any more: bring back what was deleted or"
        f" renamed, or let a person accept it: rollout attest plan-change {phase}"
        " --by NAME --role ROLE --statement TEXT"
    )
