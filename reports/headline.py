"""The first lines of every report: the order, its reason in one sentence, the next step, and the distance from GO."""

import re
import shlex

from reports.gauge import bound, measured
from reports.planned import plan_of
from reports.text import clean, clipped, counted
from reports.words import bounds, short
from rollout.error_words import CLASS
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Outcome, Verdict
from rollout.plan import Plan
from rollout.values import STANDIN, as_text

ORDERS = {Outcome.GO: "Go on", Outcome.HOLD: "Hold", Outcome.NO_GO: "Do not go on", Outcome.ROLLBACK: "Roll back"}
DETAILS = re.compile(
    r"; body: |; curl -X |; last request: |(?:; [a-z ]{1,20}: )?[{\[<]"
)  # the rest of a message quotes a request or an answer
JOURNAL = re.compile(r"\S+-([a-z]+)-[0-9a-f]{8}\.jsonl")
MOST_CHARACTERS = 140
WHOLE = 100.0


def order(decision: Decision) -> str:
    """The order in two or three words."""
    return "Go on by override" if decision.overridden else ORDERS[decision.outcome]


def sentence(decision: Decision) -> str:
    """The order and its reason in one sentence."""
    return clean(f"{order(decision)}: {why(decision)}.")


def why(decision: Decision) -> str:
    """The sentence of the worst finding in the plan's words, its observation, and the number of other unmet ones."""
    if decision.override and decision.overridden:
        reason = clipped(decision.override.why.rstrip("."), MOST_CHARACTERS)
        return f"{decision.override.by} takes responsibility: {reason}; it would be {decision.outcome}"
    failing = not_met(decision)
    if not failing:
        return all_met(decision)
    worst, more = failing[0], len(failing) - 1
    others = f"; {counted(more, 'other criterion')} not met either" if more else ""
    return f"“{clipped(worst.states, MOST_CHARACTERS)}” {said(worst)} ({short(decision, worst)}): {seen(worst)}{others}"


def said(finding: Finding) -> str:
    """The verdict of an unmet finding as the predicate of its sentence; an exceeded time is not called a failure."""
    if finding.overdue:
        return "was not proven in time"
    return "is not proven" if finding.verdict is Verdict.UNPROVEN else "does not hold"


def seen(finding: Finding) -> str:
    """The observation in a few words: the number of failed checks and the most basic one, or the cause, value or reason."""
    if finding.failing:
        first = in_words(finding.failing[0].message)
        return f"{len(finding.failing)} of {counted(finding.n, 'check')} failed" + (
            f", first: {first}" if first else ""
        )
    if finding.causes:
        cause = finding.causes[0]
        waiting = counted(len(cause.checks), "check")
        return f"{in_words(cause.text) or cause.kind}, {waiting} wait{'s' * (len(cause.checks) == 1)} for it"
    if finding.verdict is Verdict.BROKEN and finding.limit and not finding.overdue:
        return f"{clipped(finding.value, MOST_CHARACTERS)}, limit {finding.limit}"
    reason = JOURNAL.sub(r"the journal of \1", finding.reason.partition("; ")[0].rstrip("."))
    return clipped(reason, MOST_CHARACTERS)


def in_words(message: str) -> str:
    """The beginning of a message, without quoted requests and answers; empty if it is code."""
    said = DETAILS.split(CLASS.sub("", message))[0].rstrip(" ,;:=")
    return "" if re.match("assert\\b", said) else clipped(re.sub(r"[:,]? got$", "", said), MOST_CHARACTERS)


def not_met(decision: Decision) -> list[Finding]:
    """The deciding findings that are not met, worst first."""
    return [finding for finding in decision.deciding if finding.verdict is not Verdict.MET]


def next_step(decision: Decision, plan: Plan | None = None) -> str:
    """The next step: the rollback, the step of the worst finding, or the phase after a GO."""
    if decision.outcome is Outcome.ROLLBACK:
        plan = plan or plan_of(decision)
        return plan.phase(decision.phase).rollback if plan else "follow the rollback procedures of docs/rollout-plan.md"
    if decision.overridden or decision.outcome is Outcome.GO:
        return onward(decision, plan)
    worst = next((finding for finding in not_met(decision) if finding.next), None)
    return (
        first_step(decision, worst)
        if worst
        else f"run the gate with its whole windows: rollout gate {decision.phase}{on_target(decision)}"
    )


def first_step(decision: Decision, finding: Finding) -> str:
    """The next step of a finding; of several ways out the first, with the number of those that stand with the finding."""
    ways = list(dict.fromkeys(cause.way_out for cause in finding.causes if cause.way_out))
    if len(ways) < 2 or finding.next != "; ".join(ways):
        return finding.next
    return f"{ways[0]}; and {len(ways) - 1} more, listed with {short(decision, finding)}"


def next_words(decision: Decision) -> str:
    """The next step, with a reference to the page for the steps of a rollback; for all other reports."""
    steps = ": the steps are under “How to roll back” of decision.html"
    return next_step(decision) + (steps if decision.outcome is Outcome.ROLLBACK else "")


def onward(decision: Decision, plan: Plan | None) -> str:
    """The step after this phase."""
    if decision.window_s is not None:
        return f"this was a rehearsal; on the real target: rollout gate {decision.phase} --target NAME"
    plan = plan or plan_of(decision)
    if plan is None:
        return "the phase after this one"
    follower = next((phase for phase in plan.phases if phase.after == decision.phase), None)
    if follower is None:
        return "nothing: no phase of the plan comes after it"
    here = decision.environment in (STANDIN, follower.environment) or follower.environment is None
    return f"{follower.title}: rollout gate {follower.id}{on_target(decision) if here else ' --target NAME'}"


def on_target(decision: Decision) -> str:
    """The option of a command that names the target of a decision; empty for the stand-in, which is meant without one."""
    return "" if decision.environment == STANDIN else f" --target {shlex.quote(decision.target)}"


def how_far(decision: Decision) -> str:
    """The distance of the deciding finding from its limit; on GO that of the finding nearest to its limit."""
    failing, total = not_met(decision), len(decision.deciding)
    if not failing:
        nearest = closest(decision)
        if nearest is None:
            return f"{total} of {total} met"
        return f"{total} of {total} met; nearest to its limit is {short(decision, nearest)}: {nearest.value}, {bounds(nearest)}"
    worst = failing[0]
    counted_out = any(letter.isdigit() for letter in worst.margin)  # a margin without a number has no distance
    missing = worst.margin if counted_out else ", ".join(filter(None, (worst.value, bounds(worst))))
    return f"{total - len(failing)} of {total} met; {short(decision, worst)}: {missing}"


def closest(decision: Decision) -> Finding | None:
    """The deciding finding whose number is nearest to its limit; None if none has number and limit."""
    found = [(share, finding) for finding in decision.deciding if (share := used(finding)) is not None]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def used(finding: Finding) -> float | None:
    """The used share of a finding's limit; for a percentage with a lower limit, of the permitted distance from 100. None without."""
    limit, shown, written = bound(finding.limit), measured(finding), finding.limit or ""
    if shown is None or limit is None:
        return None
    if written.startswith("<"):
        return shown / limit if limit else None
    lacking = written.startswith(">") and written.endswith(" %") and limit < WHOLE
    return (WHOLE - shown) / (WHOLE - limit) if lacking else None


def all_met(decision: Decision) -> str:
    """The reason of a GO, or the obstacle that remains although all is met."""
    held = f"all {len(decision.deciding)} criteria hold" if len(decision.deciding) > 1 else "its one criterion holds"
    if decision.outcome is not Outcome.GO:
        return (
            f"{held}, but a rehearsal never lets a {decision.environment} system through: run it with the whole window"
        )
    if decision.window_s is not None:
        return f"{held} in a rehearsal whose windows were shortened to {as_text(decision.window_s)}"
    return held
