"""Texts shared by all reports: marks, limits, quotes, times."""

from reports.text import clean
from rollout.judge.decision import Decision, Prerequisite
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict

MARKS = {Verdict.MET: "✓", Verdict.UNPROVEN: "?", Verdict.BROKEN: "✗", Verdict.TRIGGERED: "‼"}
PLAIN_MARKS = {Verdict.MET: "+", Verdict.UNPROVEN: "?", Verdict.BROKEN: "x", Verdict.TRIGGERED: "!"}


def short(decision: Decision, finding: Finding) -> str:
    """The criterion's id without its phase."""
    return finding.id.removeprefix(f"{decision.phase}.")


def bounds(finding: Finding) -> str:
    """Limit and trigger in words, as far as the finding has them."""
    return ", ".join(finding.bounds)


def sample(finding: Finding) -> str:
    """The size of the sample: `1 drill`, `1,278 requests`; empty if nothing is counted."""
    unit = finding.n_unit.removesuffix("s") if finding.n == 1 else finding.n_unit
    return f"{finding.n:,} {unit}" if unit else ""


def standing(before: Prerequisite) -> str:
    """The text about a phase before, beside its id."""
    return before.detail.removeprefix(before.phase).lstrip(": ")


def quoted(text: str) -> str:
    """A sentence of the plan without its emphasis marks."""
    return f"“{clean(text).replace('**', '').replace('`', '')}”"
