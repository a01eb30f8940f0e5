"""A small bar that shows how far a value is from its limit and its trigger; the page draws it."""

import re
from dataclasses import dataclass
from math import isfinite

from reports.text import number
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict

QUANTILE = re.compile(r"p[\d.]+ (?P<value>[\d,.]+) (?P<unit>ms), ")
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
    """The bar of a finding that has a number and a limit; None for others, and where a rehearsal was met by less than the limit."""
    limit, trigger, shown = bound(finding.limit), bound(finding.trigger), measured(finding)
    if shown is None or not isfinite(shown) or limit is None or rehearsed(finding, shown, limit):
        return None
    low, high = domain([value for value in (shown, limit, trigger) if value is not None], finding.limit or "")
    if high <= low:
        return None

    def at(value: float) -> float:
        return round(100 * (min(max(value, low), high) - low) / (high - low), 2)

    marks = [Mark(at(limit), f"limit {finding.limit}", "limit")]
    if trigger is not None and trigger != limit:
        marks.append(Mark(at(trigger), f"rollback {finding.trigger}", "trigger"))
    return Gauge(number(low), number(high), max(at(shown), 0.5), tuple(marks))


def rehearsed(finding: Finding, shown: float, limit: float) -> bool:
    """Whether a lower limit was not reached and is met all the same: that of a rehearsal is shorter."""
    return finding.verdict is Verdict.MET and (finding.limit or "").startswith(">") and shown < limit


def measured(finding: Finding) -> float | None:
    """The number of a finding in the unit of its limit: of a latency, whose verdict is about a share, the one that its value begins with."""
    told = QUANTILE.match(finding.value)
    if finding.number is None and told and (finding.limit or "").endswith(f" {told['unit']}"):
        return float(told["value"].replace(",", ""))
    return finding.number


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
