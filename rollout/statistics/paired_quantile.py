"""Bet on pairs of answers of a release and the one before it, in slices of time, against a quantile known before each pair."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, inf
from typing import NamedTuple

from rollout.statistics.e_values import ALPHA, EValues
from rollout.statistics.slices import LEAST_SLICE_S
from rollout.statistics.trigger import LOOK_S, Alarm, first_alarm

QUANTILE = 0.95
LEARNT = 20  # answers of the baseline before its quantile is used; their pairs are not bet on
LEAST_PAIRS = 10  # in a slice; fewer are no evidence
STALL = 0.2  # the part of a slice that a stall may fill: a slice is five times as long

Pair = tuple[float | None, float | None]  # milliseconds of the release and of the baseline, None where it failed


class PairCounts(NamedTuple):
    """Of *pairs* in a slice: those in which only the *release* was slow, and those in which only the *baseline* was."""

    release: int = 0
    baseline: int = 0
    pairs: int = 0

    @property
    def lead(self) -> float:
        """The share of pairs in which only the release was slow, without that in which only the baseline was."""
        return (self.release - self.baseline) / self.pairs

    @property
    def bad(self) -> float:
        """The lead as a share of bad: one half if both are slow as often, 1 if a stall of the release filled its part."""
        return 0.5 + max(-STALL, min(STALL, self.lead)) / (2 * STALL)


class PairedQuantile:
    """
    The e-values of pairs, in slices of *slice_s* seconds, about a release that may be *percent* slower than its baseline.

    A failed answer of the release counts as slow. Pairs in which the baseline failed are no evidence and counted
    apart. A slice is bet on when it is over. Slow answers of one stall are not independent: no slice counts for more
    than a stall of a fifth of it, so that the bets survive stalls of that length.
    """

    def __init__(self, percent: float, e_values: EValues | None = None, slice_s: float = LEAST_SLICE_S) -> None:
        self.percent = percent
        self.e_values = e_values or EValues(0.5)
        self.slice_s = slice_s
        self.release: list[float] = []
        self.baseline: list[float] = []
        self.baseline_failed = 0
        self.slices: dict[int, PairCounts] = {}
        self._first: int | None = None
        self._history: dict[str, list[float]] = defaultdict(list)

    def see(self, second: int, pairs: Mapping[str, Sequence[Pair]]) -> None:
        """Add the pairs of one second, by name of the request; seconds come in order of time."""
        self._first = second if self._first is None else self._first
        place = int((second - self._first) / self.slice_s)
        if self.slices and place > max(self.slices):
            self._bet()
        differing = self.slices.get(place, PairCounts())
        for name, found in pairs.items():
            known = self._history[name]
            tau = known[ceil(QUANTILE * len(known)) - 1] if len(known) >= LEARNT else None
            for release, baseline in found:
                self._count(release, baseline)
                if baseline is not None and tau is not None:
                    differing = with_pair(differing, release, baseline, tau, 1 + self.percent / 100)
            for _, baseline in found:
                if baseline is not None:
                    insort(known, baseline)
        self.slices[place] = differing

    def _bet(self) -> None:
        """Bet on the newest slice, which is over; one with few pairs is no evidence."""
        ended = self.slices[max(self.slices)]
        if ended.pairs >= LEAST_PAIRS:
            self.e_values = self.e_values.bet([ended.bad])

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
        """Whether one of the bets decides, or the release is lastingly slower."""
        return self.e_values.decision(ALPHA) != "open" or self.alarm() is not None

    def alarm(self) -> Alarm | None:
        """The first window in which the release is certainly and lastingly slower; its positions are slices that are over."""
        ended = range(max(self.slices, default=0))
        counts = [self.slices.get(place, PairCounts()) for place in ended]
        slow = at_looks(each.release for each in counts)
        differing = at_looks(each.release + each.baseline for each in counts)
        found = first_alarm(slow, differing, Fraction(1, 2))
        return found and Alarm(found.start // LOOK_S, found.end // LOOK_S, found.bad, found.total, found.e_fail)

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
        if self.alarm():
            return f"certain: lastingly more than {self.percent:g} % slower"
        decision = self.e_values.decision(ALPHA)
        if decision != "open":
            return f"certain: {'not ' if decision == 'met' else ''}more than {self.percent:g} % slower"
        more = self.e_values.slices_to_met()
        return "not certain" if more is None else f"about {more} more slices of {self.slice_s:g} s to be certain"


def with_pair(seen: PairCounts, release: float | None, baseline: float, tau: float, factor: float) -> PairCounts:
    """
    The counts with one more pair, of which *tau* is the baseline's quantile as known before.

    A release is slow from *factor* times tau on, a baseline from tau on.
    """
    slow, baseline_slow = (inf if release is None else release) >= factor * tau, baseline >= tau
    return PairCounts(
        seen.release + (slow and not baseline_slow), seen.baseline + (baseline_slow and not slow), seen.pairs + 1
    )


def at_looks(counts: Iterable[int]) -> list[int]:
    """Counts of slices as counts of seconds: each slice stands in the first second of a look of the trigger."""
    return [number for count in counts for number in (count, *[0] * (LOOK_S - 1))]
