"""The results of failures: recovery, losses, and what the monitor noticed; and the result of a drill of several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollout.drill.outcome import Failed, Passed
from rollout.values import as_taken, some


@dataclass(frozen=True)
class Survived:
    """
    The result of one failure, or of several that followed each other.

    *recovered_s* is None where users' work was not whole again *within_s* seconds. *gone* of *acknowledged* writes are
    gone since, *unended* is accepted work that did not end, *failed* are rounds of users. *noticed* maps samples to
    the seconds after which they were bad.
    """

    name: str
    within_s: float
    recovered_s: float | None
    acknowledged: int = 0
    gone: int = 0
    unended: int = 0
    failed: int = 0
    noticed: Mapping[str, float] = field(default_factory=dict)
    said: str = ""
    complaint: str = ""

    @property
    def wrong(self) -> list[str]:
        """What does not hold, in words."""
        late = f"users' work was not whole again within {self.within_s:g} s" if self.recovered_s is None else ""
        gone = f"{self.gone} of {self.acknowledged} acknowledged writes are gone" if self.gone else ""
        unended = f"{self.unended} accepted tasks never ended" if self.unended else ""
        return [f"{self.name}: {each}" for each in (late, gone, unended, self.complaint) if each]

    @property
    def noticing(self) -> str:
        """What the monitor noticed, in words, in order of time."""
        if not self.noticed:
            return "the monitor noticed nothing"
        found = sorted(self.noticed.items(), key=lambda each: each[1])
        return f"noticed by {', '.join(f'{name} after {as_taken(seconds)}' for name, seconds in found)}"

    def __str__(self) -> str:
        whole = "never" if self.recovered_s is None else f"after {as_taken(self.recovered_s)}"
        seen = f"{self.failed} rounds of users failed" if self.failed else "users saw nothing of it"
        loss = f"{self.gone} of {self.acknowledged} acknowledged writes gone"
        more = [each for each in (self.said, self.complaint) if each]
        return "; ".join([f"{self.name}: whole again {whole}", seen, loss, self.noticing, *more])

    @property
    def counts(self) -> dict[str, int]:
        """Name → number, for the record."""
        slug = self.name.lower().replace(" ", "_").replace("'", "")
        numbers = {"lost_writes": self.gone, "failed_rounds": self.failed, "unended_tasks": self.unended}
        if self.recovered_s is not None:
            numbers["recovery_ms"] = round(self.recovered_s * 1000)
        if self.noticed:
            numbers["noticed_ms"] = round(min(self.noticed.values()) * 1000)
        return {f"{slug}_{name}": number for name, number in numbers.items()}


def judged(seen: Sequence[Survived], left: Sequence[str]) -> Passed:
    """The result of all failures together; Failed where something does not hold, with a line for each failure."""
    lines = (*map(str, seen), *(f"{name}: not exercised" for name in left))
    counts = {name: number for each in seen for name, number in each.counts.items()}
    counts |= {
        "acknowledged_writes": max((each.acknowledged for each in seen), default=0),
        "lost_writes": sum(each.gone for each in seen),
    }
    if wrong := [line for each in seen for line in each.wrong]:
        raise Failed(some(wrong, between="; "), lines, counts)
    slowest = max(seen, key=lambda each: each.recovered_s or 0.0)
    blind = [each.name for each in seen if not each.noticed]
    return Passed(
        f"users' work was whole again {as_taken(slowest.recovered_s or 0.0)} after the end of each of {len(seen)} failures at most ({slowest.name});"
        f" none of {counts['acknowledged_writes']} acknowledged writes is gone"
        f"{f'; the monitor noticed nothing of: {some(blind, most=len(blind))}' if blind else ''}",
        f"{len(seen)} failures survived",
        counts,
        listed=lines,
    )
