"""Convert Vega-Lite specifications to SVG for a page: with its colours and one title, without addresses and ids."""

import json
import re
import xml.etree.ElementTree as ET
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from importlib import import_module
from types import ModuleType
from typing import Any

from markupsafe import Markup

from reports.charts.drawn import any_drawn, drawn_before, keeping, place
from reports.text import clean

Spec = dict[str, Any]
NAMESPACE = "{http://www.w3.org/2000/svg}"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
DIGITS = re.compile(r"(\d\.\d)\d+")
QUIET, LINE, SHEET = "var(--quiet)", "var(--line)", "var(--sheet)"
KEPT = {"class", "d", "fill", "opacity", "stroke", "stroke-dasharray", "stroke-width", "text-anchor", "transform"}
KEPT |= {"x1", "x2", "y1", "y2", "stroke-linecap", "stroke-linejoin"}
SHORT = "abs(datum.value) >= 1e4 ? replace(format(datum.value, '~s'), 'G', 'B') : format(datum.value, ',~r')"
CONFIG: Spec = {
    "font": "sans-serif",
    "view": {"stroke": None},
    "line": {"strokeWidth": 1.8, "strokeJoin": "round", "strokeCap": "round"},
    "rule": {"strokeWidth": 1.5},
    "point": {"size": 24, "opacity": 1, "filled": True},
    "legend": {"labelColor": QUIET, "labelFontSize": 11, "symbolStrokeWidth": 3, "symbolType": "stroke"},
    "title": {"color": "var(--ink)", "fontSize": 11, "offset": 8},
    "text": {"fontSize": 11, "stroke": SHEET, "strokeWidth": 4, "strokeJoin": "round"},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "titleFontSize": 11,
        "labelFontSize": 11,
        "labelExpr": SHORT,
        "gridColor": LINE,
        "domainColor": QUIET,
        "tickColor": QUIET,
    },
    "axisX": {"grid": False, "tickCount": 6, "tickSize": 4, "titlePadding": 4, "labelFlush": True},
    "axisY": {
        "ticks": False,
        "domain": False,
        "tickCount": 5,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleBaseline": "bottom",
        "titleX": -34,
        "titleY": -10,
    },
}


@cache
def pool() -> ThreadPoolExecutor:
    """The threads that convert charts while the next one is made; the converter works without Python's lock."""
    return ThreadPoolExecutor(1)


@cache
def converter() -> ModuleType:
    """The converter, imported when the first chart is drawn; it loads nothing from anywhere."""
    found = import_module("vl_convert")  # takes 0.2 s, saved in a decision without charts
    found.configure(base_url=False, allowed_base_urls=[], max_v8_execution_time_secs=30)
    return found


def warm_up() -> None:
    """
    Start the converter in its thread: it takes 0.2 s, which a decision spends beside the reading of its evidence.

    Where charts were drawn before, it starts when one is wanted that was not.
    """
    if not any_drawn():
        pool().submit(svg, [{"mark": {"type": "point"}}], 10, 10, "")


def specification(layers: list[Spec], width: int, height: int, **more: Any) -> Spec:
    """The complete specification of one chart of a fixed size; *more* are properties of its top."""
    marks = [layer | {"mark": {"aria": False} | layer["mark"]} for layer in layers]
    size = {"width": width, "height": height, "autosize": {"type": "fit", "contains": "padding"}, "padding": 2}
    return {"$schema": SCHEMA, "background": "transparent", **size, "layer": marks, "config": CONFIG} | more


def svg(layers: list[Spec], width: int, height: int, words: str, **more: Any) -> Markup:
    """One chart as an SVG element with *words* as its title; if it cannot be drawn, the reason in its place."""
    return converted(json.dumps(specification(layers, width, height, **more), default=float), words)


def drawing(layers: list[Spec], width: int, height: int, words: str) -> Future[Markup]:
    """The chart of `svg` in the making, while the next one is made; one that was drawn before is there at once."""
    wanted = json.dumps(specification(layers, width, height), default=float)
    path = place(wanted + words)
    if (known := drawn_before(path)) is None:
        return pool().submit(keeping, path, partial(converted, wanted, words))
    there: Future[Markup] = Future()
    there.set_result(known)
    return there


def converted(wanted: str, words: str) -> Markup:
    """The chart of a specification in JSON, or the reason why there is none."""
    try:
        found = converter().vegalite_to_svg(wanted)
    except ValueError as error:
        return Markup('<p class="plot" role="img">{} This chart could not be drawn: {}</p>').format(
            clean(words), clean(str(error).partition("\n")[0])
        )
    return Markup(ET.tostring(tidy(ET.fromstring(found), words), encoding="unicode"))


def tidy(root: ET.Element, words: str) -> ET.Element:
    """The drawing as one picture for screen readers; a mark's description becomes its tooltip."""
    box = root.get("viewBox", "")
    for node in root.iter():
        node.tag = node.tag.removeprefix(NAMESPACE)
        told = node.get("aria-label") if node is not root else None
        node.attrib = {name: DIGITS.sub(r"\1", value) for name, value in node.attrib.items() if name in KEPT}
        if told:
            node.set("class", "hint")
            ET.SubElement(node, "title").text = clean(told)
    root.attrib = {"class": "plot", "role": "img", "viewBox": box}
    title = ET.Element("title")
    title.text = clean(words)
    root.insert(0, title)
    return root
