"""What changed between two decisions: the decision itself, and the verdict and value of each criterion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.values import as_moment, as_text

Kind = Literal["worse", "gone", "new", "better", "value", "same"]
ABSENT = "-"


@dataclass(frozen=True)
class CriterionChange:
    """One criterion in two decisions, by its id; None where a decision does not have it."""

    id: str
    before: Finding | None
    after: Finding | None

    @property
    def kind(self) -> Kind:
        """How it changed; `value` where only the value did, and `new` or `gone` where one decision does not have it."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        if self.after.verdict != self.before.verdict:
            return "worse" if self.after.verdict > self.before.verdict else "better"
        return "same" if told(self.before) == told(self.after) else "value"

    @property
    def against(self) -> bool:
        """Whether it speaks against the later decision: it is worse, or nobody judges it any more; advice never does."""
        judged = self.after or self.before
        return self.kind in ("worse", "gone") and not (judged and judged.advisory)


@dataclass(frozen=True)
class Difference:
    """The difference of two decisions of one phase."""

    before: Decision
    after: Decision

    @property
    def changes(self) -> list[CriterionChange]:
        """Every criterion of either decision, in the order of the later one; what is gone comes last."""
        olds = {each.id: each for each in self.before.findings}
        news = {each.id: each for each in self.after.findings}
        return [CriterionChange(name, olds.get(name), news.get(name)) for name in dict.fromkeys([*news, *olds])]

    @property
    def worse(self) -> bool:
        """Whether the later outcome is worse, or a criterion speaks against it."""
        return self.after.outcome > self.before.outcome or any(change.against for change in self.changes)

    def facts(self) -> Iterator[tuple[str, str, str]]:
        """What was decided about, and under what: name, earlier text, later text; both are equal where nothing changed."""
        for name in ("decision", "target", "release", "plan", "decided", "window", "not applicable", "before it"):
            yield name, facts_of(self.before)[name], facts_of(self.after)[name]


def facts_of(made: Decision) -> dict[str, str]:
    """The facts of a decision by name."""
    return {
        "decision": made.line,
        "target": f"{made.target} ({made.environment})",
        "release": made.release,
        "plan": made.plan,
        "decided": as_moment(made.decided_at),
        "window": "as planned" if made.window_s is None else as_text(made.window_s),
        "not applicable": ", ".join(sorted(made.not_applicable)) or ABSENT,
        "before it": "; ".join(f"{each.phase}: {each.detail}" for each in made.prerequisites) or ABSENT,
    }


def told(found: Finding) -> tuple[str, str]:
    """The value of a criterion with what the statistics support, and its limit with its trigger."""
    return "; ".join(filter(None, (found.value, found.bound))), "; ".join(found.bounds)
