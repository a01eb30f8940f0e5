"""Alert rules held against the limits of the plan."""

from typing import Literal

import pytest

from rollout.alerts import disagreement
from rollout.plan.limit import Limit
from rollout.target.prometheus import AlertRule, metrics_in

Op = Literal[">", ">="]


def complaint(query: str, op: Op, value: float, unit: str) -> str | None:
    """What is wrong with a rule of that *query*."""
    return disagreement(AlertRule(name="R", query=query), Limit(op=op, value=value, unit=unit))


@pytest.mark.parametrize(
    ("query", "value", "unit"),
    [
        pytest.param("sum(a) / sum(b) > 0.05", 5, "%", id="a share"),
        pytest.param("100 * sum(a) / sum(b) > 5", 5, "%", id="a percentage"),
        pytest.param("histogram_quantile(0.95, rate(d_bucket[5m])) > 1", 1000, "ms", id="seconds"),
        pytest.param("histogram_quantile(0.95, rate(d_bucket[5m])) * 1000 > 1000", 1000, "ms", id="milliseconds"),
        pytest.param("(celery_queue_length > 1e2)", 100, "tasks", id="brackets and an exponent"),
        pytest.param("errors >= 0", 0, "errors", id="or equal"),
    ],
)
def test_a_rule_that_says_what_the_plan_says_is_accepted(query: str, value: float, unit: str) -> None:
    """
    The number agrees, in whatever unit the query counts.
    """
    assert complaint(query, ">", value, unit) is None


@pytest.mark.parametrize(
    ("query", "value", "unit", "said"),
    [
        pytest.param("a / b > 0.5", 5, "%", "got > 0.5", id="ten times too high"),
        pytest.param("a / b > 5", 5, "%", "got > 5", id="a share that can never be reached"),
        pytest.param("a < 0.05", 5, "%", "got < 0.05", id="the other way round"),
        pytest.param("absent(up)", 5, "%", "got no threshold", id="no threshold"),
    ],
)
def test_a_rule_that_says_something_else_is_told(query: str, value: float, unit: str, said: str) -> None:
    """
    The complaint names the rule, what it says, and what the plan says.
    """
    told = complaint(query, ">", value, unit)
    assert told is not None
    assert told.startswith("R: ")
    assert said in told


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param('sum(rate(http_requests_total{status=~"5.."}[5m])) > 0.05', {"http_requests_total"}, id="a rate"),
        pytest.param("histogram_quantile(0.95, sum by (le) (rate(d_bucket[5m]))) > 1e3", {"d_bucket"}, id="a quantile"),
        pytest.param("used / on (job) limit:bytes > 0.8 and up", {"used", "limit:bytes", "up"}, id="several"),
        pytest.param("absent(up offset 5m)", {"up"}, id="an offset"),
    ],
)
def test_the_metrics_of_a_rule_are_found(query: str, names: set[str]) -> None:
    """
    Functions, labels, ranges and groupings are no metrics.
    """
    assert metrics_in(query) == names
