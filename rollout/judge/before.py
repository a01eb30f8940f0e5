"""
Judge whether the previous phase has its GO: decided anew from the ledger, not read from a stored decision.

The current rules, runs and overrides count. Only the age of evidence is measured up to an earlier moment: when the
next phase began, or when the previous phase got its newest evidence, whichever is later. Evidence that was fresh then
need not be measured again while the next phase lasts.
"""

from collections.abc import Iterable

from rollout.evidence import Run
from rollout.judge.decision import Decision, Prerequisite
from rollout.judge.said import DRILLS, PEOPLE
from rollout.judge.selection import Selection
from rollout.judge.verdict import Outcome


def aged_until(before: Selection, after: Selection, now: float) -> float:
    """The moment, at most *now*, up to which the evidence of the phase *before* ages; *now* until the one after begins."""
    begun = beginning(after)
    return now if begun is None else min([now, max([begun, *ends(of_its_time(before))])])


def beginning(chosen: Selection) -> float | None:
    """When a phase began, in seconds since the epoch: with what was measured first, not with a signature."""
    return min((run.started.t for run in of_its_time(chosen) if run.producer != PEOPLE), default=None)


def ends(runs: Iterable[Run]) -> list[float]:
    """When each run wrote its last record."""
    return [run.records[-1].t for run in runs if run.records]


def of_its_time(chosen: Selection) -> list[Run]:
    """
    The runs that mark the duration of a phase, oldest first.

    Drills in another environment than the phase's are left out: they are repeated for every phase that requires them.
    """
    here = chosen.plan.phase(chosen.phase).environment
    return [run for run in chosen.runs if run.producer != DRILLS or here in (None, run.started.environment)]


def standing(decision: Decision, before: Selection) -> Prerequisite:
    """The prerequisite that the phase *before* is: met by GO or by an override that stands, never by a rehearsal."""
    opens = decision.window_s is None and (decision.outcome is Outcome.GO or decision.overridden)
    detail = decision.line if before.runs else f"no evidence about release {decision.release}"
    return Prerequisite(phase=decision.phase, met=opens, detail=f"{decision.phase}: {detail}")
