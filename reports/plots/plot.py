"""A picture with its words, and the scales that turn numbers into places on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Self

from markupsafe import Markup

WIDTH, HEIGHT = 400.0, 205.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 6.0, 20.0, 34.0
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Plot:
    """
    One figure of the page; *caption* tells the numbers that matter to those who do not see it.

    *keys* are the classes of what is drawn, each with what it means.
    """

    id: str
    title: str
    caption: str
    svg: Markup
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scale:
    """From a number between *low* and *high* to a coordinate between *start* and *end*; what lies outside is cut off."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @classmethod
    def across(cls, low: float, high: float, *, log: bool = False) -> Self:
        """From left to right."""
        return cls(low, high if high > low else low + 1, LEFT, WIDTH - RIGHT, log)

    @classmethod
    def upwards(cls, low: float, high: float, *, log: bool = False) -> Self:
        """From bottom to top."""
        return cls(low, high if high > low else low + 1, HEIGHT - BOTTOM, TOP, log)

    def at(self, value: float) -> float:
        """Where *value* lies."""
        kept = min(max(value, self.low), self.high)
        if self.log:
            share = log10(kept / self.low) / log10(self.high / self.low)
        else:
            share = (kept - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 5) -> dict[float, str]:
        """Round numbers along the scale, as they are written."""
        places = powers(self.low, self.high, most) if self.log else rounds(self.low, self.high, most)
        return {place: written(place, self.log) for place in places}


def rounds(low: float, high: float, most: int) -> list[float]:
    """At most *most* + 1 multiples of a round step from *low* to *high*."""
    rough = (high - low) / most
    size = 10.0 ** floor(log10(rough))
    step = next(factor * size for factor in STEPS if factor * size >= rough * (1 - 1e-9))
    return [index * step for index in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def powers(low: float, high: float, most: int) -> list[float]:
    """Powers of ten from *low* to *high*; every second or third of them where there are many, 2 and 5 where few."""
    first, last = ceil(log10(low) - 1e-9), floor(log10(high) + 1e-9)
    if last - first < 2:
        fine = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in (1, 2, 5)]
        return [value for value in fine if low * (1 - 1e-9) <= value <= high]
    stride = max(1, ceil((last - first) / most))
    return [10.0**power for power in range(first, last + 1, stride)]


def written(value: float, log: bool = False) -> str:
    """A number in the little space beside an axis."""
    size = abs(value)
    if log and value > 0 and not 1e-3 < size < 1e4:
        return f"10{f'{round(log10(value))}'.translate(RAISED)}"
    if size >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if size >= 1e4 else f"{value:g}"


def around(values: Iterable[float]) -> tuple[float, float]:
    """A logarithmic range that holds *values*: from a power of ten to a little above the highest."""
    positive = [value for value in values if value > 0] or [1.0]
    return 10.0 ** floor(log10(min(positive)) + 1e-9), max(positive) * 1.4
