"""Pieces of SVG as escaped markup; colours come from the page by class, so that light and dark both fit."""

from math import isfinite

from markupsafe import Markup, escape

from reports.text import clean


def element(name: str, *children: Markup | str, **attributes: str) -> Markup:
    """One element; every child that is not markup and every attribute is cleaned and escaped."""
    inside = "".join(child if isinstance(child, Markup) else escape(clean(child)) for child in children)
    written = "".join(f' {key.rstrip("_")}="{escape(clean(value))}"' for key, value in attributes.items() if value)
    return Markup(f"<{name}{written}>{inside}</{name}>")


def group(*children: Markup, class_: str = "") -> Markup:
    """Elements that belong together."""
    return element("g", *children, class_=class_)


def title(words: str) -> Markup:
    """What a screen reader says and a pointer shows."""
    return element("title", words)


def text(x: float, y: float, words: str, class_: str = "") -> Markup:
    """Words at a point; `end` and `middle` among the classes set where they are anchored."""
    return element("text", words, x=n(x), y=n(y), class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return element("line", x1=n(x1), y1=n(y1), x2=n(x2), y2=n(y2), class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, *children: Markup) -> Markup:
    """A rectangle."""
    return element("rect", *children, x=n(x), y=n(y), width=n(max(width, 0)), height=n(max(height, 0)), class_=class_)


def path(points: list[tuple[float, float]], class_: str, closed: bool = False) -> Markup:
    """A line through *points*, or the area inside it."""
    steps = " ".join(f"{n(x)},{n(y)}" for x, y in points)
    return element("polygon" if closed else "polyline", points=steps, class_=class_)


def n(value: float) -> str:
    """A coordinate with no more digits than a screen has."""
    if not isfinite(value):
        raise ValueError(f"no coordinate: {value!r}")
    return f"{round(value, 2):g}"


def number(value: float) -> str:
    """A number as axes and captions write it: three digits that matter, thousands apart."""
    if value and abs(value) < 0.001:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
