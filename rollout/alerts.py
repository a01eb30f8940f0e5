"""Hold an alert rule of Prometheus against the limit that the plan states."""

import re

from rollout.plan.limit import Limit
from rollout.target.prometheus import AlertRule

THRESHOLD = re.compile(
    r"(?P<op>[<>]=?|==)\s*(?:bool\s+)?(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*\)*\s*$"
)


def disagreement(rule: AlertRule, limit: Limit) -> str | None:
    """The difference between a rule and the plan's *limit*, in one line; None if operator and threshold are equal."""
    match = THRESHOLD.search(rule.query)
    if match is None:
        return f"{rule.name}: got no threshold at the end of {rule.query!r}, want {limit}"
    want = in_unit_of(rule.query, limit)
    if match["op"][0] != limit.op[0] or not abs(float(match["number"]) - want) <= 1e-9 * max(1.0, abs(want)):
        return f"{rule.name}: got {match['op']} {match['number']} in {rule.query!r}, want {limit.op} {want:g} ({limit})"
    return None


def in_unit_of(query: str, limit: Limit) -> float:
    """The plan's number in the unit of *query*: Prometheus counts in seconds and shares unless the query converts."""
    if limit.unit == "%" and not re.search(r"\b100\s*\*|\*\s*100\b", query):
        return limit.value / 100
    if limit.unit == "ms" and not re.search(r"\b1000\s*\*|\*\s*1000\b|_milliseconds|_ms\b", query):
        return limit.value / 1000
    return limit.value
