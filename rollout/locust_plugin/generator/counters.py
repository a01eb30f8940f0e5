"""Exact counters per second and request name; workers send differences, the recorder adds them up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import frexp, ldexp
from typing import Any

from rollout.evidence.row import Row


def bucket(ms: float) -> float:
    """The lower edge of the display bucket of *ms*, at most 0.1 % below it."""
    mantissa, exponent = frexp(ms)
    return ldexp(int(mantissa * 2048), exponent - 11)


@dataclass
class SecondCounts:
    """The counts of the requests that were due in one second; *refused* are those of *names* that got a 429."""

    planned: int = 0
    sent: int = 0
    names: dict[str, Row] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def refuse(self, name: str, count: int = 1) -> None:
        """Count requests *name* that the rate limiter refused."""
        self.refused[name] = self.refused.get(name, 0) + count


class Counters:
    """
    Counts by the second in which a request was due, so that a stall shows in the seconds of the waiting requests.

    *planned* arrivals were on the schedule of a user, *sent* ones were started by the generator; the difference is a
    fault of the generator. A request ends exactly once, by `done` or by `dropped`.
    """

    def __init__(self, slow_ms: Sequence[float]) -> None:
        self.slow_ms = tuple(slow_ms)
        self.seconds: dict[int, SecondCounts] = {}
        self.buckets: dict[str, dict[float, int]] = {}

    def second(self, second: int) -> SecondCounts:
        """The counters of one second."""
        found = self.seconds.get(second)
        if found is None:
            found = self.seconds[second] = SecondCounts()
        return found

    def row(self, second: int, name: str) -> Row:
        """The counters of one name in one second."""
        names = self.second(second).names
        row = names.get(name)
        if row is None:
            row = names[name] = Row.empty(len(self.slow_ms))
        return row

    def due(self, second: int, name: str) -> None:
        """Count a request *name* as due."""
        self.row(second, name).due += 1

    def dropped(self, second: int, name: str) -> None:
        """Count a due request as never sent or never answered."""
        self.row(second, name).dropped += 1

    def done(self, second: int, name: str, ms: float, failed: bool) -> None:
        """Count a due request as answered, or *failed*, *ms* milliseconds after it was due."""
        row = self.row(second, name)
        row.n += 1
        row.total_ms += ms
        if failed:
            row.err += 1
        else:
            for position, limit in enumerate(self.slow_ms):
                if ms >= limit:
                    row.slow[position] += 1
        buckets = self.buckets.get(name)
        if buckets is None:
            buckets = self.buckets[name] = {}
        key = bucket(ms)
        buckets[key] = buckets.get(key, 0) + 1

    def take(self) -> dict[str, Any]:
        """All counts since the last call as plain lists, for a message to the master; the counters restart at zero."""
        taken = {
            "seconds": [[at, second.planned, second.sent, travelling(second)] for at, second in self.seconds.items()],
            "buckets": {name: list(counts.items()) for name, counts in self.buckets.items()},
        }
        if refused := [[at, second.refused] for at, second in self.seconds.items() if second.refused]:
            taken["refused"] = refused
        self.seconds, self.buckets = {}, {}
        return taken

    def merge(self, taken: dict[str, Any]) -> None:
        """Add the result of another `take`."""
        for at, planned, sent, names in taken["seconds"]:
            second = self.second(int(at))
            second.planned += planned
            second.sent += sent
            for name, numbers in names.items():
                self.row(int(at), name).add(Row.read(numbers))
        for at, names in taken.get("refused", ()):
            for name, count in names.items():
                self.second(int(at)).refuse(name, count)
        for name, counts in taken["buckets"].items():
            mine_buckets = self.buckets.setdefault(name, {})
            for key, count in counts:
                mine_buckets[key] = mine_buckets.get(key, 0) + count


def travelling(second: SecondCounts) -> dict[str, list[float]]:
    """The rows of a second as plain lists."""
    return {name: row.numbers() for name, row in second.names.items()}


def quantile(buckets: Iterable[dict[float, int]], share: float) -> float | None:
    """The display value of a quantile over several bucket counts, in milliseconds; None without counts."""
    merged: dict[float, int] = {}
    for counts in buckets:
        for key, count in counts.items():
            merged[key] = merged.get(key, 0) + count
    rank = share * sum(merged.values())
    seen = 0
    for key in sorted(merged):
        seen += merged[key]
        if seen >= rank:
            return key
    return None
