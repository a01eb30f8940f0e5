"""Check a criterion against its metric: unit, direction, possible values, and keys that fit each other."""

from enum import StrEnum
from typing import Protocol

from rollout.metrics import Metric, MetricKind
from rollout.plan.limit import Limit
from rollout.sources.registry import metric
from rollout.values import as_text

LONGEST_INTERVAL_S = 900.0  # seconds; a longer time between two samples is a gap
BELOW, ABOVE = ("<", "<="), (">", ">=")


class MeasuredCriterion(Protocol):
    """The keys of a criterion that are checked against its metric."""

    @property
    def source(self) -> StrEnum: ...
    @property
    def limit(self) -> Limit | None: ...
    @property
    def trigger(self) -> Limit | None: ...
    @property
    def slice(self) -> float | None: ...
    @property
    def longest_interval(self) -> float | None: ...
    @property
    def liveness(self) -> str | None: ...
    @property
    def waivable(self) -> bool: ...


def check_metric(criterion: MeasuredCriterion, measured: Metric) -> None:
    """Raise ValueError for the first key of a *criterion* that does not fit its metric."""
    if measured.rules.producer != criterion.source:
        raise ValueError(
            f"metric {measured.name!r} comes from source {measured.rules.producer!r}, not {criterion.source.value!r}"
        )
    for limit in filter(None, (criterion.limit, criterion.trigger)):
        check_unit(limit, measured)
        refuse_vacuous(limit, measured)
    if criterion.limit is not None:
        check_limit(criterion.limit, measured)
    if criterion.trigger is not None:
        check_trigger(criterion.trigger, measured, criterion.limit)
    if measured.kind is MetricKind.COMPARISON:
        check_comparison(criterion)
    refuse_unfit(criterion, measured)


def check_unit(limit: Limit, measured: Metric) -> None:
    """Raise ValueError for a *limit* in another unit."""
    if limit.unit != measured.unit:
        raise ValueError(f"unit of {limit} is {limit.unit!r}, but {measured.name!r} is measured in {measured.unit!r}")


def check_limit(limit: Limit, measured: Metric) -> None:
    """Raise ValueError for a *limit* that demands the worse direction."""
    if measured.kind in (MetricKind.LATENCY, MetricKind.USERS_SLOW) and limit.op != "<":
        raise ValueError(
            f"limit {limit} on a latency: write it as '<', a quantile is judged by the share of slow requests"
        )
    better = better_of(measured, limit)
    good = BELOW if better == "less" else ABOVE
    best = measured.lowest if better == "less" else measured.highest
    if limit.op in good or (limit.op == "==" and measured.rules.exact and limit.value == best):
        return
    exact = f", or '== {best:g}'" if measured.rules.exact and best not in (float("inf"), float("-inf")) else ""
    raise ValueError(f"limit {limit} on {measured.name!r}, where {better} is better: write it as {ways(good)}{exact}")


def better_of(measured: Metric, limit: Limit) -> str:
    """Which values are better, `less` or `more`: by the metric, else by the side that its *limit* is on."""
    if measured.direction != "either":
        return measured.direction
    return "more" if limit.at_least else "less"


def check_trigger(trigger: Limit, measured: Metric, limit: Limit | None = None) -> None:
    """
    Raise ValueError for a *trigger* that fires on good values, or that no judge reads.

    Without a *limit*, as in an alert, a metric that leaves its direction to the plan may have a trigger on either
    side.
    """
    if "trigger" not in measured.rules.keys:
        raise ValueError(f"trigger {trigger} on {measured.name!r}: nothing reads it; only the limit of it is judged")
    if limit is None and measured.direction == "either":
        return
    better = better_of(measured, limit or trigger)
    bad = ABOVE if better == "less" else BELOW
    if trigger.op not in bad:
        raise ValueError(f"trigger {trigger} on {measured.name!r}, where {better} is better: write it as {ways(bad)}")


def check_comparison(criterion: MeasuredCriterion) -> None:
    """Raise ValueError for a comparison without a number, or with two: its e-values need exactly one."""
    numbers = {str(each.value): each for each in (criterion.limit, criterion.trigger) if each is not None}
    if len(numbers) != 1:
        given = " and ".join(map(str, numbers.values())) or "none"
        raise ValueError(f"limit and trigger of a comparison are one number, got {given}: give both the same")


def ways(ops: tuple[str, ...]) -> str:
    """Comparisons in words."""
    return " or ".join(repr(op) for op in ops)


def refuse_unfit(criterion: MeasuredCriterion, measured: Metric) -> None:
    """Raise ValueError for a key whose value does not fit the metric or another key."""
    rules = measured.rules
    if criterion.longest_interval is not None:
        check_interval(criterion.longest_interval)
        check_looks(criterion)
    if criterion.waivable and rules.everywhere:
        raise ValueError(f"waivable on {measured.name!r}: every target has it, so none may leave it out; take it out")
    if criterion.liveness is not None and metric(criterion.liveness).rules.producer != "metric":
        raise ValueError(f"liveness {criterion.liveness!r} is not sampled; name a metric that a source samples")


def check_interval(longest: float) -> None:
    """Raise ValueError for a longest interval that is a gap."""
    if longest > LONGEST_INTERVAL_S:
        raise ValueError(
            f"longest_interval is {as_text(longest)}: nothing is seen in between; write at most"
            f" {as_text(LONGEST_INTERVAL_S)}"
        )


def check_looks(criterion: MeasuredCriterion) -> None:
    """
    Raise ValueError for slices shorter than the longest interval: some would have no sample, and no trigger could last.
    """
    longest, length = criterion.longest_interval, criterion.slice
    if criterion.trigger is not None and longest and length and longest > length:
        raise ValueError(
            f"longest_interval is {as_text(longest)}, but the trigger needs a sample in each slice of {as_text(length)}:"
            f" write at most {as_text(length)}"
        )


def refuse_vacuous(limit: Limit, measured: Metric) -> None:
    """Raise ValueError for a *limit* that no possible value violates, or that none keeps."""
    probes = (measured.lowest, measured.highest, limit.value)
    possible = [value for value in probes if measured.lowest <= value <= measured.highest]
    span = f"{measured.lowest:g} to {measured.highest:g} {measured.unit}"
    if all(limit.holds(value) for value in possible):
        raise ValueError(f"limit {limit} can never be violated: the value lies in {span}")
    if not any(limit.holds(value) for value in possible):
        raise ValueError(f"limit {limit} can never hold: the value lies in {span}")
