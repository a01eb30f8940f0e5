"""Find rules that changed since the evidence was taken; a person must accept a changed meaning by name."""

from rollout.evidence import Run
from rollout.judge.finding import Finding
from rollout.judge.selection import Selection
from rollout.judge.statements import plan_change, signature
from rollout.judge.verdict import Verdict
from rollout.plan import Plan
from rollout.plan.meaning import meanings, phase_meaning
from rollout.plan.parse import plan_hash
from rollout.values import in_full, some

RULES = ".rules-unchanged"


def rules_changed(plan: Plan, chosen: Selection) -> list[Finding]:
    """A finding where evidence is older than the rules, none where it is not."""
    changes = changed(plan, chosen)
    if not changes:
        return []
    meaning = phase_meaning(plan, chosen.phase)
    attested = plan_change(chosen, meaning)
    what = some(changes)
    return [
        Finding(
            id=f"{chosen.phase}{RULES}",
            sentence="Loosened goalposts carry a name",
            states="the evidence was taken under the rules that it is judged by",
            source="ledger",
            verdict=Verdict.MET if attested else Verdict.UNPROVEN,
            reason=f"accepted by {signature(attested)}" if attested else f"changed since evidence was taken: {what}",
            value=f"{len(changes)} changed: {what}",
            n=len(changes),
            n_unit="changes",
            listed=in_full(changes),
            next=""
            if attested
            else "measure again for a new release, or let a person accept it:"
            f" rollout attest plan-change {chosen.phase} --by NAME --role ROLE --statement TEXT",
        )
    ]


def changed(plan: Plan, chosen: Selection) -> list[str]:
    """The parts of the plan that changed since any run began, in words."""
    now, whole = meanings(plan, chosen.phase), plan_hash(plan)
    found: dict[str, None] = {}
    for run in chosen.runs:
        found |= dict.fromkeys(changed_since(run, now, whole, chosen.phase))
    return list(found)


def changed_since(run: Run, now: dict[str, str], whole: str, phase: str) -> list[str]:
    """
    The criteria, and the keys of the phase, that had another meaning when a run began.

    A meaning that an older run did not record is not compared. A run without any is compared by the hash of its plan.
    """
    then = run.started.meanings
    if then is None:
        return ["the plan"] if run.started.plan != whole else []
    mine = {name: hash for name, hash in then.items() if name.startswith((f"{phase}.", f"{phase} "))}
    return [
        name if name in now else f"{name} (no longer in the plan)"
        for name, hash in mine.items()
        if now.get(name) != hash
    ]
