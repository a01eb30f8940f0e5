"""A line chart as a separate SVG file, with its own colours for light and dark."""

from collections.abc import Mapping, Sequence
from math import isfinite, log10

from reports.charts.chart import Axis, Chart
from reports.charts.vega import svg

WIDTH, HEIGHT = 560, 290
COLOURS = ("var(--blue)", "var(--broken)", "var(--met)", "var(--triggered)")
STYLE = (
    "svg{--ink:#1a1d23;--quiet:#5b6470;--line:#dfe3e8;--sheet:#fff;--blue:#2563eb;--broken:#c81e1e;--met:#15803d;"
    "--triggered:#a21caf}@media(prefers-color-scheme:dark){svg{--ink:#e7eaee;--quiet:#9aa4b1;--line:#2b323b;"
    "--sheet:#0d1117;--blue:#7aa7ff;--broken:#f87171;--met:#4ade80;--triggered:#e879f9}}"
    "text{font:11px system-ui,sans-serif;paint-order:stroke}"
)
Points = Sequence[tuple[float, float]]


def lines(
    title: str,
    axes: tuple[str, str],
    series: Mapping[str, Points],
    level: tuple[float, str] | None = None,
    log_x: bool = False,
) -> str:
    """One line for each of *series* and a horizontal *level*; points that are no finite numbers are left out."""
    rows = [(x, y, name) for name, points in series.items() for x, y in points if isfinite(x) and isfinite(y)]
    xs = [x for x, _, _ in rows if x > 0 or not log_x] or [1.0]
    top = 1.15 * max([y for _, y, _ in rows] + ([level[0]] if level else []) + [1e-9])
    chart = Chart(spread(axes[0], min(xs), max(xs), log_x), Axis(axes[1], 0, top))
    colour = {
        "field": "color",
        "type": "nominal",
        "sort": None,
        "scale": {"range": COLOURS},
        "legend": {"orient": "top", "title": None, "columns": 2, "labelLimit": 300, "offset": 27, "columnPadding": 40}
        if len(series) > 1
        else None,
    }
    chart.layer("line", "series", rows, "x y color", point=True, encoding={"color": colour})
    if level:
        chart.levels((*level, "limit"))
    drawn = str(svg(chart.layers, WIDTH, HEIGHT, title, title={"text": title, "anchor": "start"}))
    alone = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return alone.replace("</title>", f"</title><style>{STYLE}</style>", 1) + "\n"


def spread(title: str, low: float, high: float, log: bool) -> Axis:
    """An axis around all points, also around a single one."""
    if not high > low:
        low, high = low * 0.5, high * 2 or 1.0
    return Axis(title, low, high, log and log10(high) > log10(low))
