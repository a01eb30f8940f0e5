"""What missing evidence means once the time of its phase is over: broken, in words that do not say that anything failed."""

from rollout.judge.finding import Case, Finding
from rollout.judge.verdict import Verdict
from rollout.plan.criterion import Absence
from rollout.values import as_text

OURS = ("not-configured", "not-permitted", "defect")  # obstacles that lie with whoever verifies


def overdue(case: Case, found: Finding) -> Finding:
    """
    A finding about *case* as the deadline of its phase leaves it: what is not proven by then is BROKEN.

    The reason says that the time is over; the next step stays the one for missing evidence. A setting, a permission
    or a defect of the check itself never accuses the target.
    """
    forgiven = not case.past_deadline or case.criterion.absence is not Absence.HOLD or lies_with_us(found)
    if forgiven or found.verdict is not Verdict.UNPROVEN:
        return found
    time = f"the time is over, {as_text(case.phase.deadline)} since the first evidence"
    return found.model_copy(update={"verdict": Verdict.BROKEN, "overdue": True, "reason": f"{time}: {found.reason}"})


def lies_with_us(found: Finding) -> bool:
    """Whether everything that the checks of a finding wait for lies with whoever verifies."""
    return bool(found.causes) and all(cause.kind in OURS for cause in found.causes)
