"""What a comparison under way has shown so far: whether it may end, what it still needs, and whether the load need not begin."""

from collections.abc import Iterable, Mapping, Sequence

from rollout.judge.degradation import pairs_of, sick_baseline
from rollout.metrics import MetricKind
from rollout.plan import Criterion
from rollout.statistics.paired_quantile import Pair, PairedQuantile


class ComparisonProspect:
    """
    The state of a comparison under way, for each criterion of *criteria* that is a comparison.

    As in the judge, all pairs together prove that the release is not slower, and only those of seconds in which
    generator and target were in order accuse it.
    """

    def __init__(self, criteria: Iterable[Criterion]) -> None:
        mine = [each for each in criteria if each.metric and each.measured.kind is MetricKind.COMPARISON]
        self._seen = [(each, pairs_of(each), pairs_of(each)) for each in mine]

    def see(self, second: int, pairs: Mapping[str, Sequence[Pair]], excused: bool = False) -> None:
        """Add the pairs of one second, by name of the request; those of an *excused* one accuse nobody."""
        for _, seen, accusing in self._seen:
            seen.see(second, pairs)
            accusing.see(second, {} if excused else pairs)

    @property
    def certain(self) -> bool:
        """Whether the pairs decide every criterion, and are as many as it needs."""
        return all(is_settled(*each) for each in self._seen)

    def outlook(self) -> str:
        """What the first open criterion still needs, in words."""
        _, seen, accusing = next((each for each in self._seen if not is_settled(*each)), self._seen[0])
        accused = accusing.alarm() is not None or accusing.e_values.decision() == "broken"
        return (accusing if accused else seen).outlook()

    def stop(self) -> str:
        """Why the load need not begin: a binding trigger has fired; empty if none has."""
        return next((stopped(each, seen) for each, _, seen in self._seen if is_fired(each, seen)), "")


def is_settled(criterion: Criterion, seen: PairedQuantile, accusing: PairedQuantile) -> bool:
    """Whether more pairs would not change what is made of a comparison."""
    decided = seen.e_values.decision() == "met" or accusing.e_values.decision() == "broken"
    return accusing.alarm() is not None or (decided and seen.pairs >= criterion.least)


def is_fired(criterion: Criterion, seen: PairedQuantile) -> bool:
    """Whether pairs fire the trigger of a criterion that binds."""
    binds = criterion.trigger is not None and not criterion.advisory
    return binds and seen.alarm() is not None and not sick_baseline(seen)


def stopped(criterion: Criterion, seen: PairedQuantile) -> str:
    """Why a load does not begin, in words."""
    return f"{criterion.id}: the release is certainly more than {seen.percent:g} % slower than the one before"
