"""What a decision finds about the ledger itself: whether it is whole, and whether the phase before has its GO."""

from rollout.judge.decision import Prerequisite
from rollout.judge.finding import Finding
from rollout.judge.problem import way_out
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict
from rollout.values import in_full, numbered


def intact(chosen: Selection) -> Finding:
    """The finding about the ledger itself."""
    complaints, journals = [problem.text for problem in chosen.problems], len(chosen.journals)
    verdict = Verdict.UNPROVEN if complaints or not journals else Verdict.MET
    more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
    missing = "there is no journal" if not journals else "every seal holds"
    return Finding(
        id=f"{chosen.phase}.evidence-intact",
        sentence="No evidence is no GO",
        states="every journal is whole, unchanged and there",
        source="ledger",
        verdict=verdict,
        reason=f"{complaints[0]}{more}" if complaints else missing,
        value=f"{journals - len(complaints)} of {journals} journals in order"
        if journals >= len(complaints)
        else numbered(len(complaints), "doubt", "doubts"),
        n=journals,
        n_unit="journals",
        margin="" if complaints else "1 changed byte would break it",
        evidence=chosen.notes,
        listed=in_full(complaints, most=1),
        next=way_out(chosen.problems, chosen.phase),
    )


def required(phase_id: str, item: Prerequisite, *, real: bool) -> Finding:
    """The finding about the phase before; its gate is that of a *real* target, or of the stand-in."""
    gate = f"rollout gate {item.phase}{' --target NAME' if real else ''}"
    return Finding(
        id=f"{phase_id}.after-{item.phase}",
        sentence=f"{item.phase} comes first",
        states=f"{item.phase} has its GO for this release",
        source="ledger",
        verdict=Verdict.MET if item.met else Verdict.UNPROVEN,
        reason=item.detail,
        value="GO" if item.met else "no GO",
        next="" if item.met else f"bring {item.phase} to GO for this release: {gate}",
    )
