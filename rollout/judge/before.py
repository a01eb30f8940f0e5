"""
Whether the phase before has its GO, judged now from the ledger and not looked up.

The present rules, every run and every override count as they are at this moment. Only ages are counted up to an earlier
one: when the next phase began, or when the phase before brought its newest evidence, whichever is later. What was
fresh then does not have to be measured again for as long as the next phase takes.
"""

from collections.abc import Iterable

from rollout.evidence import Run
from rollout.judge.decision import Decision, Prerequisite
from rollout.judge.said import DRILLS, PEOPLE
from rollout.judge.selection import Selection
from rollout.judge.verdict import Outcome


def aged_until(before: Selection, after: Selection, now: float) -> float:
    """The moment, at most *now*, up to which the evidence of the phase *before* ages; *now* until the one after begins."""
    begun = [run.started.t for run in of_its_time(after) if run.producer != PEOPLE]  # a signature begins no phase
    return min([now, max([min(begun), *ends(of_its_time(before))])]) if begun else now


def ends(runs: Iterable[Run]) -> list[float]:
    """When each run wrote its last record."""
    return [run.records[-1].t for run in runs if run.records]


def of_its_time(chosen: Selection) -> list[Run]:
    """
    The runs that belong to the time of a phase, oldest first.

    A drill elsewhere than where the phase happens does not: it is repeated all the time, for every phase that asks for it.
    """
    here = chosen.plan.phase(chosen.phase).environment
    return [run for run in chosen.runs if run.producer != DRILLS or here in (None, run.started.environment)]


def standing(decision: Decision, before: Selection) -> Prerequisite:
    """What the decision about the phase *before* means for the next one: GO, or GO by an override that stands, opens it."""
    opens = decision.window_s is None and (decision.outcome is Outcome.GO or decision.overridden)
    detail = decision.line if before.runs else f"no evidence about release {decision.release}"
    return Prerequisite(phase=decision.phase, met=opens, detail=f"{decision.phase}: {detail}")
