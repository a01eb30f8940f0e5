"""Axes, limit lines and legends: what every plot has around its data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup

from reports.plots.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Plot, Scale
from reports.svg import element, group, line, path, rect, text, title

BASE = HEIGHT - BOTTOM
LETTER = 7.2  # about the width of a letter, to see whether words fit beside a line


@dataclass
class Frame:
    """
    A plot in the making: draw on it from back to front, then take its `plot`.

    *x_label* and *y_label* name what the axes measure, unit included.
    """

    x: Scale
    y: Scale
    x_label: str
    y_label: str
    marks: list[Markup] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)

    def key(self, class_: str, words: str) -> None:
        """Explain a colour."""
        self.keys.append((class_, words))

    def line(self, points: Sequence[tuple[float, float]], class_: str) -> None:
        """A line through *points*."""
        self.marks.append(path([(self.x.at(x), self.y.at(y)) for x, y in points], class_))

    def area(self, points: Sequence[tuple[float, float]], class_: str) -> None:
        """The area between *points*."""
        self.marks.append(path([(self.x.at(x), self.y.at(y)) for x, y in points], class_, closed=True))

    def bar(self, left: float, right: float, height: float, class_: str) -> None:
        """A bar from the axis up to *height*, visible however low."""
        x, top = self.x.at(left), min(self.y.at(height), BASE - 1.2)
        self.marks.append(rect(x, top, max(self.x.at(right) - x - 0.6, 0.8), BASE - top, class_))

    def column(self, left: float, right: float, class_: str) -> None:
        """A stretch of x from top to bottom."""
        x = self.x.at(left)
        self.marks.append(rect(x, TOP, max(self.x.at(right) - x, 0.8), BASE - TOP, class_))

    def level(self, value: float, words: str, class_: str = "limit") -> None:
        """A line across the plot with its words on it; one that lies outside is left out."""
        if self.y.low <= value <= self.y.high:
            y = self.y.at(value)
            self.marks += [
                line(LEFT, y, WIDTH - RIGHT, y, f"{class_}-line dashed"),
                text(WIDTH - RIGHT - 3, y - 5 if y > TOP + 14 else y + 13, words, f"{class_}-text end halo"),
            ]

    def moment(self, value: float, words: str, row: int = 0, class_: str = "limit") -> None:
        """A line from bottom to top with its words beside it, in the *row*-th line of text from above."""
        x = self.x.at(value)
        side = "end" if x > WIDTH - RIGHT - LETTER * len(words) else "start"
        self.marks += [
            line(x, TOP, x, BASE, f"{class_}-line dashed"),
            text(x + (-4 if side == "end" else 4), TOP + 10 + 13 * row, words, f"{class_}-text {side} halo"),
        ]

    def hints(self, places: Sequence[float], words: Sequence[str]) -> None:
        """Invisible columns around *places* along x that tell their numbers to a pointer."""
        xs = [self.x.at(place) for place in places]
        edges = [LEFT, *((a + b) / 2 for a, b in pairwise(xs)), WIDTH - RIGHT]
        for told, (left, right) in zip(words, pairwise(edges), strict=False):
            self.marks.append(rect(left, TOP, right - left, BASE - TOP, "hint", title(told)))

    def plot(self, id_: str, heading: str, caption: str) -> Plot:
        """The finished figure."""
        svg = element(
            "svg",
            title(f"{heading}. {caption}"),
            group(*self._left(), *self._bottom(), class_="axes"),
            *self.marks,
            viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
            role="img",
            class_="plot",
        )
        return Plot(id_, heading, caption, svg, tuple(self.keys))

    def _left(self) -> list[Markup]:
        """Horizontal lines with their numbers, and the name of the axis above them."""
        found = [text(0, 10, self.y_label, "label")]
        for value, words in self.y.ticks().items():
            y = self.y.at(value)
            found += [line(LEFT, y, WIDTH - RIGHT, y, "grid"), text(LEFT - 6, y + 4, words, "end")]
        return found

    def _bottom(self) -> list[Markup]:
        """Numbers below the plot, and the name of the axis below them."""
        found = [line(LEFT, BASE, WIDTH - RIGHT, BASE, "base")]
        for value, words in self.x.ticks(6).items():
            x = self.x.at(value)
            side = "end" if x > WIDTH - RIGHT - 14 else "middle"
            found += [line(x, BASE, x, BASE + 4, "base"), text(x, BASE + 16, words, side)]
        return [*found, text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 3, self.x_label, "label middle")]
