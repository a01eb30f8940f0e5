"""A small bar that shows how far a value is from its limit and its trigger; the page draws it."""

import re
from dataclasses import dataclass
from math import isfinite

from reports.text import number
from rollout.judge.finding import Finding

LIMIT = re.compile(r"(?P<op>[<>=]=?) (?P<value>-?[\d.]+(?:e[+-]?\d+)?) (?P<unit>.*)")


@dataclass(frozen=True)
class Mark:
    """A tick across the bar at a *place* in percent of its length, with its *words*."""

    place: float
    words: str
    style: str


@dataclass(frozen=True)
class Gauge:
    """The ends of the scale as they are written, and in percent of its length how far the bar goes."""

    low: str
    high: str
    fill: float
    marks: tuple[Mark, ...]


def gauge(finding: Finding) -> Gauge | None:
    """The bar of a finding that has a number and a limit; None for others."""
    limit, trigger = bound(finding.limit), bound(finding.trigger)
    if finding.number is None or not isfinite(finding.number) or limit is None:
        return None
    low, high = domain([value for value in (finding.number, limit, trigger) if value is not None], finding.limit or "")
    if high <= low:
        return None

    def at(value: float) -> float:
        return round(100 * (min(max(value, low), high) - low) / (high - low), 2)

    marks = [Mark(at(limit), f"limit {finding.limit}", "limit")]
    if trigger is not None and trigger != limit:
        marks.append(Mark(at(trigger), f"rollback {finding.trigger}", "trigger"))
    return Gauge(number(low), number(high), max(at(finding.number), 0.5), tuple(marks))


def bound(limit: str | None) -> float | None:
    """The number of a limit as findings write it: `< 500 ms`."""
    match = LIMIT.fullmatch(limit or "")
    return float(match["value"]) if match else None


def domain(values: list[float], limit: str) -> tuple[float, float]:
    """From where to where the bar goes: from zero, except where all that matters happens just below 100 %."""
    low, high = min(0.0, *values), max(values) * 1.2
    if limit.endswith("%"):
        high = min(high, 100.0) if high < 130 else high
        if limit.startswith(">") and min(values) > 90:
            low, high = 100 - (100 - min(values)) * 2, 100.0
    return low, high
