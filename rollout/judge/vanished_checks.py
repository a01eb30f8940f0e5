"""Checks that were in the source and are there no more: they stay expected until a person accepts that they are gone."""

from collections.abc import Iterable, Sequence

from rollout.evidence import Run
from rollout.judge.check_notes import short
from rollout.judge.expected_checks import checks_told, is_among
from rollout.judge.finding import Case
from rollout.judge.said import accepted_as_gone
from rollout.values import some


def accepted(case: Case, runs: list[Run]) -> set[str]:
    """The checks that a person accepted as gone, unless a later one of the test *runs* recorded them again."""
    return removed(case.runs, runs, case.phase.id, case.id)


def removed(everyone: Iterable[Run], runs: Sequence[Run], phase: str, criterion: str) -> set[str]:
    """The same for a *criterion* (full id) of *phase*; *everyone* has the statements, *runs* are the test runs."""
    gone: set[str] = set()
    for said, record in accepted_as_gone(everyone, phase):
        later = [node for run in runs if run.started.t > said.started.t for node in checks_told(run, criterion)]
        gone |= {node for node in record.checks.get(criterion, ()) if not is_among(node, later)}
    return gone


def vanished(case: Case, runs: list[Run], nodes: Iterable[str]) -> list[str]:
    """Those of *nodes* that the newest of the test *runs* does not have."""
    there = checks_told(runs[-1], case.id) if runs else []
    return [node for node in nodes if not is_among(node, there)]


def way_out(phase: str, lost: list[str]) -> str:
    """What to do about checks that vanished."""
    names = some([short(node) for node in lost])
    return (
        f"{names} {'is' if len(lost) == 1 else 'are'} not in the source any more: bring back what was deleted or"
        f" renamed, or let a person accept it: rollout attest plan-change {phase}"
        " --by NAME --role ROLE --statement TEXT"
    )
