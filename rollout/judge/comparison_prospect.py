"""What a comparison under way has shown so far: whether it may end, what it still needs, and whether the load need not begin."""

from collections.abc import Iterable, Mapping, Sequence

from rollout.judge.degradation import pairs_of, sick_baseline
from rollout.metrics import MetricKind
from rollout.plan import Criterion
from rollout.statistics.paired_quantile import Pair, PairedQuantile


class ComparisonProspect:
    """The state of a comparison under way, for each criterion of *criteria* that is a comparison."""

    def __init__(self, criteria: Iterable[Criterion]) -> None:
        self._seen = [
            (each, pairs_of(each)) for each in criteria if each.metric and each.measured.kind is MetricKind.COMPARISON
        ]

    def see(self, second: int, pairs: Mapping[str, Sequence[Pair]]) -> None:
        """Add the pairs of one second, by name of the request."""
        for _, seen in self._seen:
            seen.see(second, pairs)

    @property
    def certain(self) -> bool:
        """Whether the pairs decide every criterion, and are as many as it needs."""
        return all(is_settled(each, seen) for each, seen in self._seen)

    def outlook(self) -> str:
        """What the first open criterion still needs, in words."""
        return next(
            (seen.outlook() for each, seen in self._seen if not is_settled(each, seen)), self._seen[0][1].outlook()
        )

    def stop(self) -> str:
        """Why the load need not begin: a binding trigger has fired; empty if none has."""
        return next((stopped(each, seen) for each, seen in self._seen if is_fired(each, seen)), "")


def is_settled(criterion: Criterion, seen: PairedQuantile) -> bool:
    """Whether more pairs would not change what is made of a comparison."""
    return seen.alarm() is not None or (seen.certain and seen.pairs >= criterion.least)


def is_fired(criterion: Criterion, seen: PairedQuantile) -> bool:
    """Whether pairs fire the trigger of a criterion that binds."""
    binds = criterion.trigger is not None and not criterion.advisory
    return binds and seen.alarm() is not None and not sick_baseline(seen)


def stopped(criterion: Criterion, seen: PairedQuantile) -> str:
    """Why a load does not begin, in words."""
    return f"{criterion.id}: the release is certainly more than {seen.percent:g} % slower than the one before"
