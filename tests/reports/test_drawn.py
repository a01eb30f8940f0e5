"""A chart that was drawn before is not drawn again."""

from pathlib import Path

import pytest
from markupsafe import Markup

from reports.charts import drawn, vega
from reports.charts.vega import Spec, drawing

LAYERS: list[Spec] = [{"mark": {"type": "point"}}]


@pytest.fixture
def conversions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of each chart that is converted, in a project of its own."""
    (tmp_path / "plan.toml").touch()
    monkeypatch.chdir(tmp_path)
    made: list[str] = []

    def converted(wanted: str, words: str) -> Markup:
        made.append(words)
        return Markup('<svg class="plot">{}</svg>').format(words) if words else Markup("<p>none</p>")

    monkeypatch.setattr(vega, "converted", converted)
    return made


def picture(words: str, width: int = 10) -> str:
    """The chart called *words*."""
    return str(drawing(LAYERS, width, 10, words).result())


def test_an_equal_chart_is_drawn_once(conversions: list[str]) -> None:
    """
    Its title and its size are part of it.
    """
    assert picture("Latency") == picture("Latency") == '<svg class="plot">Latency</svg>'
    assert picture("Errors") != picture("Latency")
    picture("Latency", width=11)
    assert conversions == ["Latency", "Errors", "Latency"]


@pytest.mark.parametrize("damage", ["", "<svg class", "<p>another</p>", "\udcff"])
def test_a_damaged_file_is_drawn_again(conversions: list[str], damage: str) -> None:
    """
    A page never shows half a chart.
    """
    whole = picture("Latency")
    for file in drawn.folder().iterdir():
        file.write_text(damage, encoding="utf-8", errors="surrogateescape")
    assert picture("Latency") == whole
    assert len(conversions) == 2


def test_what_could_not_be_drawn_is_tried_again(conversions: list[str]) -> None:
    """
    The reason in its place is no chart.
    """
    assert picture("") == picture("") == "<p>none</p>"
    assert conversions == ["", ""]


def test_the_oldest_charts_go(conversions: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The folder does not grow for ever; a chart that is used stays.
    """
    monkeypatch.setattr(drawn, "MOST", 2)
    for words in ("A", "B", "A", "C", "A"):
        picture(words)
    assert conversions == ["A", "B", "C"]
    assert len(list(drawn.folder().iterdir())) == 2


def test_charts_are_drawn_where_nothing_can_be_kept(conversions: list[str]) -> None:
    """
    A folder that is none is no reason for a page without pictures.
    """
    drawn.folder().parent.mkdir(parents=True)
    drawn.folder().touch()
    assert picture("Latency") == picture("Latency")
    assert conversions == ["Latency", "Latency"]


def test_the_converter_starts_early_where_nothing_was_drawn(
    conversions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where charts are kept, the next decision probably needs no converter.
    """
    started: list[object] = []
    monkeypatch.setattr(vega, "svg", lambda *parts: started.append(parts))
    vega.warm_up()
    vega.pool().submit(int).result()
    assert len(started) == 1
    picture("Latency")
    vega.warm_up()
    vega.pool().submit(int).result()
    assert len(started) == 1
