"""The age of a finding's evidence at the moment of the decision, from the times in the names of its journals."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.values import as_moment

NAME = re.compile(r"(?P<stamp>\d{8}T\d{6}\.\d{6})Z-(?P<producer>\w+)-(?P<run>[0-9a-f]{8})")


@dataclass(frozen=True)
class Age:
    """
    The newest evidence of one finding: the start of its *run* in seconds since the epoch, and its age in seconds.

    *foreign* is True if it is not from the newest gate of the decision.
    """

    began: float
    run: str
    before_s: float
    foreign: bool

    @property
    def words(self) -> str:
        """`evidence of 2026-11-23 09:00:00 UTC, 3 h before this decision, run 0badcafe`."""
        return f"evidence of {as_moment(self.began)}, {span(self.before_s)} before this decision, run {self.run}"


def age(decision: Decision, finding: Finding) -> Age | None:
    """The age of the newest journal that a finding names; None if it names none."""
    runs = [found for name in finding.evidence if (found := began(name))]
    if not runs:
        return None
    at, run = max(runs)
    return Age(at, run, max(0.0, decision.decided_at - at), at < gate_began(decision))


def foreign_words(decision: Decision, finding: Finding) -> str:
    """The age in words if the evidence is not from the newest gate, else empty."""
    found = age(decision, finding)
    return found.words if found and found.foreign else ""


def gate_began(decision: Decision) -> float:
    """The start of the decision's newest gate, in seconds since the epoch; infinity without one."""
    gates = [found[0] for name in decision.journals if "-gate-" in name and (found := began(name))]
    return max(gates, default=float("inf"))


def began(name: str) -> tuple[float, str] | None:
    """The start of a journal's run in seconds since the epoch, and the first digits of its id, from its name."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match["stamp"], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC).timestamp(), match["run"]
    except ValueError:
        return None


def span(seconds: float) -> str:
    """Seconds as text in the largest unit of which they are at least 2."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
