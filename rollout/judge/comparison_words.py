"""What the pairs of a comparison show, in words."""

from math import isfinite

from rollout.judge.digits import apart
from rollout.plan import Criterion
from rollout.statistics.e_values import EValues
from rollout.statistics.paired_quantile import PairedQuantile


def slowness(criterion: Criterion, seen: PairedQuantile) -> tuple[str, float | None]:
    """By how much the release was slower, in words and in percent; no number where it has none."""
    slower = seen.slower_percent()
    if slower is None:
        return "not measured", None
    release, baseline = seen.p95()
    beside = f"{release:.1f} ms against {baseline:.1f} ms"
    if not isfinite(slower):
        return f"p95 infinitely slower: {beside}", None
    word, edge = ("slower", most_percent(criterion)) if slower >= 0 else ("faster", None)
    return f"p95 {apart(abs(slower), edge, 0, 'f')} % {word}: {beside}", slower


def most_percent(criterion: Criterion) -> float:
    """By how many percent the release may be slower; where limit and trigger both exist, they are equal."""
    asked = criterion.limit or criterion.trigger
    assert asked is not None  # the reader of the plan refuses a comparison without a number
    return asked.value


def needed(e_values: EValues, slice_s: float) -> str:
    """How much more would make a comparison certain, in words."""
    more = e_values.slices_to_met()
    return "more time will not make it so" if more is None else f"about {more} more slices of {slice_s:g} s would"
