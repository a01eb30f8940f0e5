"""Turn missing evidence into BROKEN after the deadline of its phase; the reason names the time and no failure."""

from rollout.judge.finding import Case, Finding
from rollout.judge.missing_runs import load_not_permitted
from rollout.judge.verdict import Verdict
from rollout.plan.criterion import Absence
from rollout.values import as_text

OURS = ("not-configured", "not-permitted", "defect")  # obstacles on the side of the verification


def overdue(case: Case, found: Finding) -> Finding:
    """
    The finding about *case* after the deadline of its phase: what is not proven by then is BROKEN.

    The reason says that the time is over; the next step stays the one for missing evidence. A missing setting or
    permission, or a defect of the check itself, leaves the finding UNPROVEN.
    """
    forgiven = not case.past_deadline or case.criterion.absence is not Absence.HOLD or lies_with_us(case, found)
    if forgiven or found.verdict is not Verdict.UNPROVEN:
        return found
    time = f"the time is over, {as_text(case.phase.deadline)} since the first evidence"
    return found.model_copy(update={"verdict": Verdict.BROKEN, "overdue": True, "reason": f"{time}: {found.reason}"})


def lies_with_us(case: Case, found: Finding) -> bool:
    """Whether every cause that the evidence of a finding waits for is on the side of the verification."""
    told = bool(found.causes) and all(cause.kind in OURS for cause in found.causes)
    return told or load_not_permitted(case) is not None
