"""What every report says the same way: marks, the sentence that explains the decision, times."""

from datetime import UTC, datetime

from reports.text import clean, counted
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Outcome, Verdict
from rollout.values import as_text

MARKS = {Verdict.MET: "✓", Verdict.UNPROVEN: "?", Verdict.BROKEN: "✗", Verdict.TRIGGERED: "‼"}
PLAIN_MARKS = {Verdict.MET: "+", Verdict.UNPROVEN: "?", Verdict.BROKEN: "x", Verdict.TRIGGERED: "!"}
ORDERS = {Outcome.GO: "Go on", Outcome.HOLD: "Hold", Outcome.NO_GO: "Do not go on", Outcome.ROLLBACK: "Roll back"}


def order(decision: Decision) -> str:
    """What to do, in two or three words."""
    return "Go on by override" if decision.overridden else ORDERS[decision.outcome]


def sentence(decision: Decision) -> str:
    """Why, in one sentence for somebody who was woken up."""
    return clean(f"{order(decision)}: {why(decision)}.")


def why(decision: Decision) -> str:
    """Why the worst finding is what it is (a broken limit by its value, anything else by its reason), and how many agree."""
    if decision.override and decision.overridden:
        return f"{decision.override.by} takes responsibility: {decision.override.why.rstrip('.')}; it would be {decision.outcome}"
    failing = [finding for finding in decision.deciding if finding.verdict is not Verdict.MET]
    if not failing:
        return all_met(decision)
    worst, more = failing[0], len(failing) - 1
    others = f"; {counted(more, 'other criterion')} not met either" if more else ""
    measured = worst.verdict is Verdict.BROKEN and worst.limit
    cause = f"{worst.value}, limit {worst.limit}" if measured else worst.reason.rstrip(".")
    return f"{short(decision, worst)} is {worst.verdict.name}: {cause}{others}"


def short(decision: Decision, finding: Finding) -> str:
    """The criterion's id without its phase."""
    return finding.id.removeprefix(f"{decision.phase}.")


def bounds(finding: Finding) -> str:
    """Limit and trigger, the trigger only where it differs from a broken limit."""
    limit = f"limit {finding.limit}" if finding.limit else ""
    trigger = f"rollback {finding.trigger}" if finding.trigger else ""
    return ", ".join(filter(None, (limit, trigger)))


def quoted(text: str) -> str:
    """A sentence of the plan without its emphasis marks."""
    return f"“{clean(text).replace('**', '').replace('`', '')}”"


def moment(seconds: float) -> str:
    """Seconds since the epoch as people write them, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def all_met(decision: Decision) -> str:
    """Why nothing is in the way, or what is all the same."""
    held = f"all {len(decision.deciding)} criteria hold" if len(decision.deciding) > 1 else "its one criterion holds"
    if decision.outcome is not Outcome.GO:
        return (
            f"{held}, but a rehearsal never lets a {decision.environment} system through: run it with the whole window"
        )
    if decision.window_s is not None:
        return f"{held} in a rehearsal whose windows were shortened to {as_text(decision.window_s)}"
    return held
