"""A small chart as SVG that stands alone: lines over a linear or logarithmic axis, readable in light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, isfinite, log10

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 28, 34, 48
MOST_TICKS = 8
COLOURS = ("#2f6fdb", "#d9480f", "#2b8a3e", "#9c36b5", "#868e96")
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#343a40}.axis{stroke:#adb5bd}.limit{stroke:#e03131;stroke-dasharray:5 4}"
    "@media(prefers-color-scheme:dark){text{fill:#dee2e6}.axis{stroke:#495057}}"
)
Point = tuple[float, float]


@dataclass
class Chart:
    """What to draw; *limit* is a level across it, with its words."""

    title: str
    x_label: str
    y_label: str
    lines: list[tuple[str, list[Point]]] = field(default_factory=list)
    limit: tuple[float, str] | None = None
    log_x: bool = False

    def svg(self) -> str:
        """The chart as one SVG document; points that are no numbers are left out."""
        lines = [(name, [p for p in points if all(map(isfinite, p))]) for name, points in self.lines]
        xs = [self._x(x) for _, points in lines for x, _ in points] or [0.0]
        ys = [y for _, points in lines for _, y in points] + ([self.limit[0]] if self.limit else [])
        left, right, top = min(xs), max(xs), 1.08 * max([*ys, 1e-9])

        def at(point: Point) -> Point:
            share = (self._x(point[0]) - left) / (right - left or 1)
            return (
                LEFT + share * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - point[1] / top * (HEIGHT - TOP - BOTTOM),
            )

        parts = [f"<title>{escape(self.title)}</title><style>{STYLE}</style>", words(LEFT, 20, self.title)]
        parts += self._axes(lines, top, at)
        for number, (name, points) in enumerate(lines):
            parts.append(drawn([at(point) for point in points], COLOURS[number % len(COLOURS)]))
            parts.append(key(number, name))
        if self.limit:
            y = at((self.lines[0][1][0][0], self.limit[0]))[1] if self.lines[0][1] else TOP
            parts.append(f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(words(WIDTH - RIGHT, y - 5, self.limit[1], "end"))
        inside = "\n".join(parts)
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n{inside}\n</svg>\n'

    def _x(self, x: float) -> float:
        return log10(x) if self.log_x else x

    def _axes(self, lines: Sequence[tuple[str, list[Point]]], top: float, at: object) -> list[str]:
        assert callable(at)
        base = HEIGHT - BOTTOM
        parts = [f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>']
        ticks = sorted({x for _, points in lines for x, _ in points})
        for x in ticks[:: ceil(len(ticks) / MOST_TICKS) or 1]:
            parts.append(words(at((x, 0))[0], base + 17, f"{x:.3g}", "middle"))
        for share in (0, 0.25, 0.5, 0.75, 1):
            y = at((ticks[0] if ticks else 1, share * top))[1]
            parts.append(words(LEFT - 6, y + 4, f"{share * top:.3g}", "end"))
        parts.append(words((LEFT + WIDTH) / 2, HEIGHT - 10, self.x_label, "middle"))
        parts.append(words(WIDTH - RIGHT, 20, self.y_label, "end"))
        return parts


def drawn(points: Sequence[Point], colour: str) -> str:
    """A line with a dot at each of its points."""
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    return f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{steps}"/>{dots}'


def key(number: int, name: str) -> str:
    """What a colour stands for."""
    y = TOP + 14 + 18 * number
    colour = COLOURS[number % len(COLOURS)]
    return f'<rect x="{LEFT + 8}" y="{y - 9}" width="10" height="10" fill="{colour}"/>{words(LEFT + 24, y, name)}'


def words(x: float, y: float, text: str, anchor: str = "start") -> str:
    """Escaped words at a point."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
