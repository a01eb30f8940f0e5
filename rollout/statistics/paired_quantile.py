"""Bet on pairs of answers of a release and the one before it, against a quantile known before each pair."""

from bisect import insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import ceil, inf

from rollout.statistics.e_values import ALPHA, EValues

QUANTILE = 0.95
LEARNT = 20  # answers of the baseline before its quantile is used; their pairs are not bet on

Pair = tuple[float | None, float | None]  # milliseconds of the release and of the baseline, None where it failed


class PairedQuantile:
    """
    The e-values of pairs, second by second, about a release that may be *percent* slower than its baseline.

    A failed answer of the release counts as slow. Pairs in which the baseline failed are no evidence and counted
    apart.
    """

    def __init__(self, percent: float, e_values: EValues | None = None) -> None:
        self.percent = percent
        self.e_values = e_values or EValues(0.5)
        self.release: list[float] = []
        self.baseline: list[float] = []
        self.baseline_failed = 0
        self._history: dict[str, list[float]] = defaultdict(list)

    def see(self, pairs: Mapping[str, Sequence[Pair]]) -> None:
        """Add the pairs of one second, by name of the request."""
        bets: list[tuple[float, float, float]] = []
        for name, found in pairs.items():
            known = self._history[name]
            tau = known[ceil(QUANTILE * len(known)) - 1] if len(known) >= LEARNT else None
            for release, baseline in found:
                self._count(release, baseline)
                if baseline is not None and tau is not None:
                    bets.append((inf if release is None else release, baseline, tau))
            for _, baseline in found:
                if baseline is not None:
                    insort(known, baseline)
        share = slower_share(bets, 1 + self.percent / 100)
        if share is not None:
            self.e_values = self.e_values.bet([share])

    def _count(self, release: float | None, baseline: float | None) -> None:
        if baseline is None:
            self.baseline_failed += 1
            return
        insort(self.baseline, baseline)
        insort(self.release, inf if release is None else release)

    @property
    def pairs(self) -> int:
        return len(self.baseline) + self.baseline_failed

    @property
    def certain(self) -> bool:
        """Whether one of the bets decides."""
        return self.e_values.decision(ALPHA) != "open"

    def p95(self) -> tuple[float, float]:
        """The 95th percentile of the release and of the baseline; needs at least one pair."""
        at = ceil(QUANTILE * len(self.baseline)) - 1
        return self.release[at], self.baseline[at]

    def slower_percent(self) -> float | None:
        """By how many percent the release's 95th percentile is longer than the baseline's; None without a pair."""
        if not self.baseline:
            return None
        release, baseline = self.p95()
        return inf if baseline <= 0 else 100 * (release / baseline - 1)

    def outlook(self) -> str:
        """What is still needed, in words."""
        decision = self.e_values.decision(ALPHA)
        if decision != "open":
            return f"certain: {'not ' if decision == 'met' else ''}more than {self.percent:g} % slower"
        more = self.e_values.slices_to_met()
        return "not certain" if more is None else f"about {more} more slices to be certain"


def slower_share(bets: Sequence[tuple[float, float, float]], factor: float) -> float | None:
    """
    The share of pairs that differ in which the release was the slow one; None if no pair differs.

    Each bet is the release's latency, the baseline's, and the baseline's quantile tau as known before the pair. A
    release is slow from *factor* times tau on, a baseline from tau on.
    """
    differing = [slow for release, baseline, tau in bets if (slow := release >= factor * tau) != (baseline >= tau)]
    return sum(differing) / len(differing) if differing else None
