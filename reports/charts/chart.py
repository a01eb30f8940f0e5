"""A chart of the decision page as a Vega-Lite specification: axes, layers, levels and hints."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, isclose, log10
from typing import Any

from markupsafe import Markup

from reports.charts.reading import reading
from reports.charts.vega import Spec, drawing
from reports.text import clean

WIDTH, HEIGHT = 400, 205
LETTER = 0.018  # width of a character, about, as a share of the chart's width
CLOSE = 0.1  # share of the height: the texts of two levels closer than this go to different sides
STYLES: dict[str, Spec] = {  # the names are also classes of the legend
    "stroke": {"stroke": "var(--blue)"},
    "ink": {"stroke": "var(--ink)", "strokeWidth": 1.4},
    "kept": {"stroke": "var(--met)"},
    "broken": {"stroke": "var(--broken)"},
    "bar": {"fill": "var(--blue)", "opacity": 0.55},
    "bad": {"fill": "var(--broken)", "stroke": "var(--broken)", "strokeWidth": 0.6, "opacity": 0.35},
    "band": {"fill": "var(--blue)", "opacity": 0.18},
    "outside": {"fill": "var(--quiet)", "opacity": 0.14},
    "load": {"fill": "var(--blue)", "opacity": 0.12},
    "fired": {"fill": "var(--triggered)", "opacity": 0.22},
    "series": {},
    "hint": {"fill": "transparent", "aria": True},
    "limit": {"color": "var(--ink)"},
    "trigger": {"color": "var(--triggered)"},
    "quantile": {"color": "var(--quiet)"},
}


@dataclass(frozen=True)
class Plot:
    """
    One figure of the page; *caption* has its important numbers in words, for readers who do not see it.

    *keys* are the classes of the drawn marks, each with its meaning.
    """

    id: str
    title: str
    caption: str
    drawing: Future[Markup]
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def reading(self) -> str:
        """One line that explains how to read the plot."""
        return reading(self.id)

    @property
    def svg(self) -> Markup:
        """The picture; waits until it is drawn."""
        return self.drawing.result()


@dataclass(frozen=True)
class Axis:
    """
    The title of an axis, with its unit, and its range from *low* to *high*; values outside are drawn at the edge.

    A *bare* axis is not drawn; a *whole* one has ticks at whole numbers only.
    """

    title: str
    low: float
    high: float
    log: bool = False
    bare: bool = False
    whole: bool = False

    def encoding(self, field_: str) -> Spec:
        """The Vega-Lite channel of this axis."""
        scale = {"type": "log" if self.log else "linear", "domain": [self.low, self.high], "nice": False, "clamp": True}
        ticks = {"values": powers(self.low, self.high), "labelOverlap": False, "tickCount": 12} if self.log else {}
        ticks |= {"tickMinStep": 1} if self.whole else {}
        drawn = None if self.bare else ticks
        return {"field": field_, "type": "quantitative", "title": self.title, "scale": scale, "axis": drawn}


@dataclass
class Chart:
    """A chart in the making: add layers from back to front, then take its `plot`."""

    x: Axis
    y: Axis
    layers: list[Spec] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    filled: list[tuple[float, float, float]] = field(default_factory=list)

    def layer(self, mark: str, style: str, rows: Iterable[Sequence[Any]], names: str, **more: Any) -> None:
        """Draw one *mark* for each row, or one line through all; *names* are the channels of a row's values."""
        channels = names.split()
        values = [dict(zip(channels, map(cleaned, row), strict=True)) for row in rows]
        known = {"x": self.x.encoding("x"), "y": self.y.encoding("y")}
        encoding = {name: known.get(name, {"field": name}) for name in channels} | more.pop("encoding", {})
        self.layers.append(
            {"data": {"values": values}, "mark": {"type": mark} | STYLES[style] | more, "encoding": encoding}
        )

    def line(self, points: Iterable[tuple[float, float | None]], style: str, key: str, **more: Any) -> None:
        """A line through *points*, interrupted at a point without a value."""
        self.layer("line", style, points, "x y", **more)
        self.keys[style] = key

    def area(self, rows: Iterable[tuple[float, float | None, float | None]], key: str) -> None:
        """The area between the lower and the upper value at each x."""
        self.layer("area", "band", rows, "x y y2")
        self.keys["band"] = key

    def bars(self, rows: Iterable[tuple[float, float, float]], style: str, key: str) -> None:
        """Bars from left to right, up to a height."""
        bars = merged(rows)
        self.filled += bars
        found = [(left, right, height, self.y.low) for left, right, height in bars]
        self.layer("rect", style, found, "x x2 y y2")
        if found:
            self.keys[style] = key

    def columns(self, rows: Iterable[tuple[float, float]], style: str, key: str) -> None:
        """Ranges of x over the whole height; parts outside of the axis are left out."""
        cut = [(max(left, self.x.low), min(right, self.x.high), 0.0) for left, right in rows]
        found = [(left, right) for left, right, _ in merged(each for each in cut if each[1] > each[0])]
        self.layer("rect", style, found, "x x2")
        if found:
            self.keys[style] = key

    def levels(self, *levels: tuple[float, str, str]) -> None:
        """
        Horizontal lines with their texts, as (value, words, style); levels outside of the axis are left out.

        The text is at the right end, or at the left end if fewer of the bars drawn so far are behind it there.
        """
        inside = sorted(level for level in levels if self.y.low <= level[0] <= self.y.high)
        for index, (value, words, style) in enumerate(inside):
            above = inside[index + 1][0] if index + 1 < len(inside) else self.y.high
            dy = 11 if self._share(above) - self._share(value) < CLOSE else -5
            self.layer("rule", style, [(value,)], "y", strokeDash=[5, 4])
            length = LETTER * len(words)
            at_left = self._behind(0, length, value) < self._behind(1 - length, 1, value)
            place, align, dx = (0, "left", 3) if at_left else ("width", "right", -3)
            beside = {"align": align, "dx": dx, "dy": dy}
            self.layer("text", style, [(value, words)], "y text", **beside, encoding={"x": {"value": place}})

    def moment(self, value: float, words: str, row: int, style: str) -> None:
        """A vertical line with its text beside it, in the *row*-th line of text from the top."""
        left = self._share(value, self.x) + LETTER * len(words) > 1
        self.layer("rule", style, [(value,)], "x", strokeDash=[5, 4])
        place = {"y": {"value": 6 + 13 * row}}
        beside = {"align": "right" if left else "left", "dx": -4 if left else 4}
        self.layer("text", style, [(value, words)], "x text", **beside, encoding=place)

    def hints(self, places: Sequence[float], words: Sequence[str]) -> None:
        """Invisible columns around *places* along x, with *words* as tooltips."""
        edges = [self.x.low, *((a + b) / 2 for a, b in pairwise(places)), self.x.high]
        rows = [(left, right, told) for (left, right), told in zip(pairwise(edges), words, strict=True)]
        self.layer("rect", "hint", rows, "x x2 description")

    def plot(self, id_: str, heading: str, caption: str, height: int = HEIGHT) -> Plot:
        """The finished figure."""
        drawn = drawing(self.layers, WIDTH, height, f"{heading}. {caption}")
        return Plot(id_, heading, caption, drawn, tuple(self.keys.items()))

    def _behind(self, low: float, high: float, value: float) -> float:
        """The share of the width between *low* and *high* (0 to 1) that is covered by bars as high as *value*."""
        bars = [
            (self._share(left, self.x), self._share(right, self.x)) for left, right, top in self.filled if top >= value
        ]
        return sum(max(0.0, min(right, high) - max(left, low)) for left, right in bars)

    def _share(self, value: float, axis: Axis | None = None) -> float:
        """The position of *value* along its axis, from 0 to 1."""
        axis = axis or self.y
        low, high, at = (log10(each) if axis.log else each for each in (axis.low, axis.high, value))
        return (at - low) / (high - low)


def cleaned(value: Any) -> Any:
    """Text without control characters, which are invalid in SVG; numbers unchanged."""
    return clean(value) if isinstance(value, str) else value


def around(values: Iterable[float]) -> tuple[float, float]:
    """A logarithmic range around the positive *values*: from a power of ten to a little above the highest."""
    positive = [value for value in values if value > 0] or [1.0]
    return 10.0 ** floor(log10(min(positive)) + 1e-9), max(positive) * 1.4


def powers(low: float, high: float, most: int = 5) -> list[float]:
    """Powers of ten from *low* to *high*; only every second or third of many, with 2 and 5 between few."""
    first, last = ceil(log10(low) - 1e-9), floor(log10(high) + 1e-9)
    if last - first < 2:
        fine = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in (1, 2, 5)]
        return [value for value in fine if low * (1 - 1e-9) <= value <= high]
    return [10.0**power for power in range(first, last + 1, ceil((last - first) / most))]


def merged(bars: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Bars as (left, right, height), with neighbours of equal height merged."""
    found: list[tuple[float, float, float]] = []
    for left, right, height in bars:
        if found and found[-1][2] == height and isclose(found[-1][1], left, abs_tol=1e-9):
            left = found.pop()[0]
        found.append((left, right, height))
    return found
