"""How much of something may be bad: one arithmetic for failed requests, slow ones, failed probes and unsatisfied people."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from rollout.plan import Limit

FLOAT_DIGITS = 12


@dataclass(frozen=True)
class ShareBudget:
    """At most *share* of all may be bad; with *strict* even exactly that share is too much."""

    share: Fraction
    strict: bool

    def kept(self, bad: int, total: int) -> bool:
        """The literal budget, compared in whole numbers."""
        allowed = self.share * total
        return bad < allowed if self.strict else bad <= allowed

    def percent(self, bad: int, total: int, digits: int = 2) -> str:
        """
        The share of bad ones in percent, with as many digits, at least *digits*, as it takes to see on which side of the
        limit it is; only a share that equals the limit reads like it.
        """
        real = self._side(Fraction(bad, total))
        return next(text for text in rounded(bad, total, digits) if self._side(Fraction(text) / 100) == real)

    def _side(self, share: Fraction) -> int:
        return (share > self.share) - (share < self.share)

    def room(self, bad: int, total: int) -> int:
        """How many more bad ones would break it; negative: how many fewer would keep it."""
        allowed = self.share * total
        most = ceil(allowed) - 1 if self.strict else floor(allowed)
        return most + 1 - bad if bad <= most else most - bad


def rounded(bad: int, total: int, digits: int) -> Iterator[str]:
    """The share in percent, with so many digits and more until it is exact enough for every whole number of a ledger."""
    exact = Fraction(100 * bad, total)
    while True:
        yield f"{float(exact):.{digits}f}" if digits < FLOAT_DIGITS else str(exact)
        digits += 1


def share_of(percent: float) -> Fraction:
    """A share from the percent that a plan writes, exactly as it is written."""
    return Fraction(str(percent)) / 100


def at_most(percent: float) -> ShareBudget:
    """The budget of which *percent* is permitted, and not more."""
    return ShareBudget(share_of(percent), strict=False)


def of_good(limit: Limit) -> ShareBudget:
    """The budget of bad ones under a limit on the percent of good ones: `> 99.9 %` leaves less than 0.1 % bad."""
    return ShareBudget(1 - share_of(limit.value), limit.op == ">")
