"""Pictures show what the findings say, and what cannot be drawn is said."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import altair
import pytest

from reports.allure.results import alone
from reports.charts import Gallery, gallery, vega
from reports.charts.chart import Axis, Chart
from reports.charts.series import Reading, Series
from reports.charts.vega import Spec, specification
from rollout.evidence.records import LoadHistogram, LoadSecond, LoadWindow, Sample, Slot, WatchFacts
from rollout.judge.decision import Decision
from rollout.plan import load_plan
from tests.dated import DatedJournal
from tests.reports import evidence

PLAN = load_plan()


@pytest.fixture(scope="module")
def sick(tmp_path_factory: pytest.TempPathFactory) -> tuple[Decision, Gallery]:
    """A bad minute and its pictures."""
    decision, ledger = evidence.sick(tmp_path_factory.mktemp("journals"))
    return decision, gallery(decision, ledger, PLAN)


def words(found: Gallery) -> dict[str, str]:
    """Captions by plot."""
    return {plot.id: plot.caption for plot in found.plots}


def value(decision: Decision, name: str) -> str:
    """The value of a finding."""
    return next(finding.value for finding in decision.findings if finding.id == f"phase1.{name}")


def drawn(folder: Path, **more: object) -> Gallery:
    """The pictures of the journals in *folder*."""
    decision, ledger = evidence.judged(folder, **more)  # type: ignore[arg-type]  # keywords of the judge
    return gallery(decision, ledger, PLAN)


def test_every_kind_of_evidence_has_its_picture(sick: tuple[Decision, Gallery]) -> None:
    """
    Load gives six plots and a table of names, the monitor one for each level and the probes.
    """
    assert [plot.id for plot in sick[1].plots] == [
        "plot-latency",
        "plot-error-rate",
        "plot-histogram",
        "plot-arrivals",
        "plot-e-values-error-rate",
        "plot-e-values-response-times",
        "plot-availability",
        "plot-database-connections",
        "plot-redis-memory",
        "plot-celery-queue",
    ]
    assert sick[1].missing == []
    assert {row.name for row in sick[1].names} == set(evidence.NAMES)
    assert [scenario.name for scenario in sick[1].scenarios] == ["lead", "reviewer"]


def test_captions_have_the_numbers_of_the_findings(sick: tuple[Decision, Gallery]) -> None:
    """
    A reader who compares picture and table finds the same numbers.
    """
    decision, captions = sick[0], words(sick[1])
    assert value(decision, "mean-latency") in captions["plot-latency"]
    assert value(decision, "response-times") in captions["plot-latency"]
    assert value(decision, "error-rate") in captions["plot-error-rate"].replace(",", "")
    for name in ("availability", "database-connections", "redis-memory", "celery-queue"):
        assert value(decision, name) in captions[f"plot-{name}"]


def test_the_caption_of_errors_has_digits_enough_to_tell_the_side(tmp_path: Path) -> None:
    """
    12 of 1,201 are less than one in a hundred, and do not read as one in a hundred.
    """
    with DatedJournal(
        tmp_path, evidence.origin(PLAN, "load"), t=evidence.NOW - 60, load=evidence.FACTS, columns=evidence.COLUMNS
    ) as journal:
        journal.append(LoadWindow(first=1, last=1, ready=1))
        journal.append(LoadSecond(second=1, planned=1201, sent=1201, names={"a": [1201, 1201, 12, 0, 0, 5.0, 0, 0]}))
    assert "0.999 % failed (12 of 1,201)" in words(drawn(tmp_path))["plot-error-rate"]


def test_the_band_and_the_bets_end_where_the_finding_says(sick: tuple[Decision, Gallery]) -> None:
    """
    The bound of the finding is the last point of the pictures.
    """
    bound = next(finding.bound for finding in sick[0].findings if finding.id == "phase1.error-rate")
    match = re.search(r"at most (\S+) %; evidence for keeping it (\S+), against it (\S+), 20 decides", bound)
    assert match
    captions = words(sick[1])
    upper = re.findall(r"to (\S+) %", captions["plot-error-rate"])[0]
    assert f"{float(match[1]):.2g}" == f"{float(upper):.2g}"
    assert f"evidence for keeping it {match[2]}, against it {match[3]}" in captions["plot-e-values-error-rate"]


def test_the_names_add_up_to_the_findings(sick: tuple[Decision, Gallery]) -> None:
    """
    The table of names has every request and every failure, the worst name first.
    """
    rows = sick[1].names
    failed, total = sum(row.failed for row in rows), sum(row.requests for row in rows)
    assert f"({failed} of {total})" in value(sick[0], "error-rate")
    assert f"({sum(row.slow or 0 for row in rows)} of {total})" in value(sick[0], "response-times")
    assert [row.failed_percent for row in rows] == sorted((row.failed_percent for row in rows), reverse=True)


def axes(svg: str) -> list[str]:
    """The names of the axes of a drawing."""
    groups = ET.fromstring(svg).iterfind(".//g")
    return [text.text or "" for g in groups if "role-axis-title" in g.get("class", "") for text in g.iter("text")]


def test_plots_say_what_they_are_to_everybody(sick: tuple[Decision, Gallery]) -> None:
    """
    Every picture has a role, a title with its numbers, and axes with units; nothing inside it speaks for itself.
    """
    for plot in sick[1].plots:
        root = ET.fromstring(plot.svg)
        assert (root.get("role"), root.get("class")) == ("img", "plot")
        assert root[0].tag == "title"
        assert root[0].text == f"{plot.title}. {plot.caption}"
        assert len(axes(plot.svg)) == 2, f"{plot.id} has an axis without a name"
        assert not any(
            "aria" in name or "role" in name for node in root.iter() for name in node.attrib if node is not root
        )
        assert not re.search(r"nan|inf\b", re.sub(r"<title>.*?</title>", "", plot.svg), re.IGNORECASE), plot.id


def test_a_picture_takes_its_colours_from_the_page(sick: tuple[Decision, Gallery]) -> None:
    """
    Every fill and stroke is a variable of the page, so that light, dark and print all fit.
    """
    for plot in sick[1].plots:
        colours = {node.get(name) for node in ET.fromstring(plot.svg).iter() for name in ("fill", "stroke")}
        assert {colour for colour in colours if colour and not colour.startswith("var(--")} <= {"none", "transparent"}


def test_a_picture_is_a_drawing_and_nothing_else(sick: tuple[Decision, Gallery]) -> None:
    """
    Shapes and words only: no script, style, address, identifier or picture from elsewhere.
    """
    for plot in sick[1].plots:
        nodes = list(ET.fromstring(plot.svg).iter())
        assert {node.tag for node in nodes} <= {"svg", "g", "path", "line", "text", "title"}
        assert {name for node in nodes for name in node.attrib}.isdisjoint({"style", "href", "id", "clip-path"})


def test_words_in_a_picture_stay_words() -> None:
    """
    A label full of markup and controls is shown as it was written, without the controls.
    """
    chart = Chart(Axis("<b>x</b>", 0, 10), Axis("y & y", 0, 10))
    chart.levels((5, "</text><script>alert(1)</script>\x1b[31m\x00", "limit"))
    chart.hints([5], ["<img src=x onerror=alert(2)>"])
    root = ET.fromstring(chart.plot("plot-x", "<i>", '"&').svg)
    words = [node.text for node in root.iter() if node.text]
    assert {node.tag for node in root.iter()} <= {"svg", "g", "path", "line", "text", "title"}
    for told in ("<b>x</b>", "y & y", "</text><script>alert(1)</script>", "<img src=x onerror=alert(2)>", '<i>. "&'):
        assert told in words


def test_a_chart_is_a_specification_that_vega_lite_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sick: tuple[Decision, Gallery]
) -> None:
    """
    Every specification of a page is valid by the schema of Vega-Lite, so no misspelt key is silently ignored.
    """
    made: list[Spec] = []

    def kept(layers: list[Spec], width: int, height: int) -> Spec:
        made.append(specification(layers, width, height))
        return made[-1]

    monkeypatch.setattr(vega, "specification", kept)
    decision, ledger = evidence.sick(tmp_path)
    assert all(plot.svg for plot in gallery(decision, ledger, PLAN).plots)
    assert len(made) >= len(sick[1].plots)  # those of other pages are drawn aside meanwhile
    for spec in made:
        altair.Chart.from_dict(spec)


def test_a_run_cut_short_is_drawn_as_far_as_it_came(tmp_path: Path) -> None:
    """
    Without an end nothing counts: the counters are shown, and why they prove nothing.
    """
    evidence.load(tmp_path, PLAN, evidence.Run(seconds=20, finish=False))
    captions = words(drawn(tmp_path))
    assert "Mean " in captions["plot-latency"]
    assert "The newest run proves nothing: the run was cut short after" in captions["plot-error-rate"]
    assert "evidence for keeping it 1," in captions["plot-e-values-error-rate"]


def test_nobody_watching_is_said(tmp_path: Path) -> None:
    """
    Levels without a monitor are one sentence.
    """
    evidence.load(tmp_path, PLAN, evidence.Run())
    missing = drawn(tmp_path).missing
    assert "availability, database-connections, redis-memory, celery-queue: nobody watched." in missing


def test_a_run_that_counted_nothing_is_said(tmp_path: Path) -> None:
    """
    A journal without a single second is named, not drawn.
    """
    with DatedJournal(
        tmp_path, evidence.origin(PLAN, "load"), t=evidence.NOW - 60, load=evidence.FACTS, columns=evidence.COLUMNS
    ):
        pass
    found = drawn(tmp_path)
    assert any(line.startswith("Newest load run: ") for line in found.missing)
    assert found.plots == []


@pytest.fixture
def odd(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A complete load run with one record that no load run would write."""
    with DatedJournal(
        tmp_path, evidence.origin(PLAN, "load"), t=evidence.NOW - 60, load=evidence.FACTS, columns=evidence.COLUMNS
    ) as journal:
        journal.append(LoadWindow(first=1, last=2, ready=1))
        journal.append(LoadSecond(second=1, planned=2, sent=2, names={"<b>": [2, 2, 0, 0, 0, 5.0, 0, 0]}))
        journal.append(request.param)
    return tmp_path


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(LoadHistogram(name="x", encoded="no histogram"), id="no histogram"),
        pytest.param(LoadHistogram(name="x", encoded="A" * 300_000), id="a huge histogram"),
    ],
    indirect=True,
)
def test_a_histogram_that_cannot_be_read_is_named(odd: Path) -> None:
    """
    No histogram makes the page fail; the sentence says what could not be read.
    """
    assert any("the evidence cannot be read" in line for line in drawn(odd).missing)


def test_a_journal_that_was_not_judged_is_not_drawn(tmp_path: Path) -> None:
    """
    Evidence that came after the decision, or changed since, is in no picture.
    """
    evidence.checks(tmp_path, PLAN)
    decision, _ = evidence.judged(tmp_path)
    evidence.load(tmp_path, PLAN, evidence.Run())
    _, later = evidence.judged(tmp_path)
    assert gallery(decision, later, PLAN).plots == []


def test_a_long_watch_keeps_its_peak(tmp_path: Path) -> None:
    """
    Hours of samples are thinned to the width of a screen, and the highest one is still there.
    """
    spike = {700: {"celery.queue_tasks": Sample(value=87.0, text="celery")}}
    evidence.watch(tmp_path, PLAN, spike, slots=1000, every=30.0)
    found = drawn(tmp_path, window_s=None)
    queue = next(plot for plot in found.plots if plot.id == "plot-celery-queue")
    assert "peak 87 tasks" in queue.caption
    assert "hours: 87 tasks" in queue.svg
    assert len(queue.svg) < 60_000


def test_a_gap_in_the_watch_is_a_gap_in_the_picture(tmp_path: Path) -> None:
    """
    No line leads across a time that nobody watched.
    """
    evidence.watch(tmp_path, PLAN, slots=10, every=2.0)
    with DatedJournal(
        tmp_path,
        evidence.origin(PLAN, "watch"),
        t=evidence.NOW - 90,
        watch=WatchFacts(interval_s=2.0, for_s=4, step="staging"),
    ) as journal:
        for number in range(2):
            samples = {"service.available": Sample(value=1.0), "redis.memory_percent": Sample(value=9.0)}
            journal.append(Slot(due=evidence.NOW - 90 + 2.0 * number, number=number, samples=samples))
    plots = {plot.id: plot.svg for plot in drawn(tmp_path).plots}
    line = next(
        path
        for group in ET.fromstring(plots["plot-redis-memory"]).iterfind(".//g")
        if "mark-line" in group.get("class", "")
        for path in group.iter("path")
    )
    assert line.get("d", "").count("M") == 2
    assert "var(--quiet)" in {node.get("fill") for node in shaded(plots["plot-availability"])}


def shaded(svg: str) -> list[ET.Element]:
    """The columns and bars of a drawing."""
    groups = [group for group in ET.fromstring(svg).iterfind(".//g") if "mark-rect" in group.get("class", "")]
    return [path for group in groups for path in group.iter("path")]


def test_a_week_of_samples_keeps_its_extremes() -> None:
    """
    40,320 samples become a few hundred bins; one spike, one dip, one missing sample and one gap are still there.
    """
    odd = {700: 87.0, 20_000: 3.0, 25_000: None}
    samples = [Reading(15.0 * n + 3600 * (n > 30_000), 15.0, odd.get(n, 40.0)) for n in range(40_320)]
    series = Series(samples)
    assert len(series.bins) < 600
    assert sum(len(each.values) + each.missing for each in series.bins) == 40_320
    assert sum(each.missing for each in series.bins) == 1
    assert [end - start for start, end in series.gaps] == [3600.0]
    band = series.band()
    assert max(high for _, _, high in band if high is not None) == 87.0
    assert min(low for _, low, _ in band if low is not None) == 3.0
    holes = [x for x, low, high in band if low is None and high is None]
    assert holes == [series.at(samples[30_001].due)]


def test_a_watch_full_of_gaps_is_still_drawn_in_few_bins() -> None:
    """
    Where every second sample is missing from the journal, only the longest gaps are shown.
    """
    series = Series([Reading(30.0 * n, 15.0, 1.0) for n in range(20_000)])
    assert len(series.bins) < 600
    assert len(series.gaps) < 600


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("high", [0.002, 1.0, 7.3, 99.0, 12_345.0, 3e9])
def test_axes_of_every_size_have_a_few_numbers(log: bool, high: float) -> None:
    """
    Ticks are few and written shortly; a value far outside is drawn at the edge.
    """
    low = high / 1000 if log else 0.0
    chart = Chart(Axis("x", 0, 1), Axis("y", low, high, log))
    chart.line([(0, low or high), (0.5, high * 1e6), (1, high)], "stroke", "line")
    root = ET.fromstring(chart.plot("plot-x", "x", "x").svg)
    axis = [group for group in root.iterfind(".//g") if "role-axis-label" in group.get("class", "")]
    labels = [text.text or "" for text in axis[-1].iter("text")]
    assert 2 <= len(labels) <= 8
    assert all(len(label) <= 7 for label in labels), labels
    points = re.findall(
        r"[ML]([\d.-]+),([\d.-]+)",
        next(
            path.get("d", "")
            for group in root.iterfind(".//g")
            if "mark-line" in group.get("class", "")
            for path in group.iter("path")
        ),
    )
    assert min(float(y) for _, y in points) >= 0


def test_a_chart_that_cannot_be_drawn_says_so_instead_of_ending_the_decision() -> None:
    """
    What the converter refuses becomes a sentence in the page, with its words escaped.
    """
    drawn = vega.svg([{"mark": {"type": "no-such-mark"}}], 400, 200, "Errors of <b>phase 1</b>")
    assert "This chart could not be drawn" in drawn
    assert "<svg" not in drawn
    assert "<b>" not in drawn


@pytest.mark.parametrize(
    ("bars", "place"),
    [
        pytest.param([(6.0, 10.0, 50.0)], 0, id="bars at the right end"),
        pytest.param([(0.0, 4.0, 50.0)], "width", id="bars at the left end"),
        pytest.param([(6.0, 10.0, 4.0)], "width", id="bars below the line"),
        pytest.param([(0.0, 10.0, 50.0)], "width", id="bars everywhere"),
        pytest.param([], "width", id="no bar"),
    ],
)
def test_the_words_of_a_level_stand_where_fewer_bars_are(
    bars: list[tuple[float, float, float]], place: int | str
) -> None:
    """
    A limit that many bars pass is named where they leave room.
    """
    chart = Chart(Axis("s", 0, 10), Axis("%", 0, 100))
    chart.bars(bars, "bad", "at that moment")
    chart.levels((5.0, "rollback > 5 %", "trigger"))
    assert chart.layers[-1]["encoding"]["x"] == {"value": place}


def test_words_are_drawn_over_their_own_edge_in_other_programs_too() -> None:
    """
    Their edge in the colour of the sheet lies behind the letters and not on them.
    """
    assert re.search(r"text \{[^}]*paint-order: stroke", alone("<svg></svg>"))
