"""A small bar for the page that shows the distance of a value from its limit and its trigger."""

import re
from dataclasses import dataclass
from math import isfinite

from reports.text import number
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict

QUANTILE = re.compile(r"p[\d.]+ (?P<value>[\d,.]+) (?P<unit>ms), ")
LIMIT = re.compile(r"(?P<op>[<>=]=?) (?P<value>-?[\d.,]+(?:e[+-]?\d+)?) (?P<unit>.*)")


@dataclass(frozen=True)
class Mark:
    """A tick at *place*, in percent of the bar's length, with its *words*."""

    place: float
    words: str
    style: str


@dataclass(frozen=True)
class Gauge:
    """The ends of the scale as text, and the filled part of the bar in percent of its length."""

    low: str
    high: str
    fill: float
    marks: tuple[Mark, ...]


def gauge(finding: Finding) -> Gauge | None:
    """The bar of a finding with a number and a limit; None for others, and for a MET rehearsal below its lower limit."""
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
    """Whether a finding is MET below its lower limit: a rehearsal needs less."""
    return finding.verdict is Verdict.MET and (finding.limit or "").startswith(">") and shown < limit


def measured(finding: Finding) -> float | None:
    """The number of a finding in the unit of its limit; for a latency, whose verdict is about a share, from the text of its value."""
    told = QUANTILE.match(finding.value)
    if finding.number is None and told and (finding.limit or "").endswith(f" {told['unit']}"):
        return float(told["value"].replace(",", ""))
    return finding.number


def bound(limit: str | None) -> float | None:
    """The number in the text of a limit such as `< 1,500 ms`."""
    match = LIMIT.fullmatch(limit or "")
    return float(match["value"].replace(",", "")) if match else None


def domain(values: list[float], limit: str) -> tuple[float, float]:
    """The range of the bar: from zero, or just below 100 % for a high lower limit in percent."""
    low, high = min(0.0, *values), max(values) * 1.2
    if limit.endswith("%"):
        high = min(high, 100.0) if high < 130 else high
        if limit.startswith(">") and min(values) > 90:
            low, high = 100 - (100 - min(values)) * 2, 100.0
    return low, high
