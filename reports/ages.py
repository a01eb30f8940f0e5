"""How old the evidence of a finding was when the decision was made, by the moments in the names of its journals."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from reports.words import moment
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding

NAME = re.compile(r"(?P<stamp>\d{8}T\d{6}\.\d{6})Z-(?P<producer>\w+)-(?P<run>[0-9a-f]{8})")


@dataclass(frozen=True)
class Age:
    """
    The newest evidence of one finding: when its *run* began, and how long that was before the decision.

    *foreign* says that it is not from the newest gate of the decision.
    """

    began: float
    run: str
    before_s: float
    foreign: bool

    @property
    def words(self) -> str:
        """`evidence of 2026-11-23 09:00:00 UTC, 3 h before this decision, run 0badcafe`."""
        return f"evidence of {moment(self.began)}, {span(self.before_s)} before this decision, run {self.run}"


def age(decision: Decision, finding: Finding) -> Age | None:
    """The age of the newest journal a finding names; None where it names none."""
    runs = [found for name in finding.evidence if (found := began(name))]
    if not runs:
        return None
    at, run = max(runs)
    return Age(at, run, max(0.0, decision.decided_at - at), at < gate_began(decision))


def foreign_words(decision: Decision, finding: Finding) -> str:
    """The age in words where the evidence is not from this gate, else nothing."""
    found = age(decision, finding)
    return found.words if found and found.foreign else ""


def gate_began(decision: Decision) -> float:
    """When the newest gate of the decision began; without one no evidence is from a gate."""
    gates = [found[0] for name in decision.journals if "-gate-" in name and (found := began(name))]
    return max(gates, default=float("inf"))


def began(name: str) -> tuple[float, str] | None:
    """When the run of a journal began and the first digits of its id, by its name."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match["stamp"], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC).timestamp(), match["run"]
    except ValueError:
        return None


def span(seconds: float) -> str:
    """A length of time as people say it, in the largest unit that makes it 2 or more."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
