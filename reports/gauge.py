"""A small bar that shows how far a value is from its limit and its trigger."""

import re
from math import isfinite

from markupsafe import Markup

from reports.svg import element, group, line, number, rect, text, title
from rollout.judge.finding import Finding

LIMIT = re.compile(r"(?P<op>[<>=]=?) (?P<value>-?[\d.]+(?:e[+-]?\d+)?) (?P<unit>.*)")
WIDTH, HEIGHT, BAR_TOP, BAR = 420.0, 46.0, 18.0, 12.0


def gauge(finding: Finding) -> Markup:
    """The bar of a finding that has a number and a limit; nothing for others."""
    limit, trigger = bound(finding.limit), bound(finding.trigger)
    if finding.number is None or not isfinite(finding.number) or limit is None:
        return Markup("")
    low, high = domain([value for value in (finding.number, limit, trigger) if value is not None], finding.limit or "")
    if high <= low:
        return Markup("")

    def at(value: float) -> float:
        return (min(max(value, low), high) - low) / (high - low) * WIDTH

    marks = [mark(at(limit), f"limit {finding.limit}", "limit")]
    if trigger is not None and trigger != limit:
        marks.append(mark(at(trigger), f"rollback {finding.trigger}", "trigger"))
    return element(
        "svg",
        title(f"{finding.value}; limit {finding.limit}"),
        rect(0, BAR_TOP, WIDTH, BAR, "track"),
        rect(0, BAR_TOP, max(at(finding.number), 2), BAR, "fill"),
        *marks,
        text(0, HEIGHT - 2, number(low), "tick"),
        text(WIDTH, HEIGHT - 2, number(high), "tick end"),
        class_="gauge",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
    )


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


def mark(x: float, label: str, kind: str) -> Markup:
    """A tick across the bar with its words above, on the side where there is room."""
    side = "end" if x > WIDTH / 2 else "start"
    return group(
        line(x, BAR_TOP - 4, x, BAR_TOP + BAR + 4, f"{kind}-line"),
        text(x + (-5 if side == "end" else 5), BAR_TOP - 6, label, f"tick {side}"),
    )
