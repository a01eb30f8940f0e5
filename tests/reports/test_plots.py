"""Pictures show what the findings say, and what cannot be drawn is said."""

import re
from pathlib import Path

import pytest

from reports.plots import Gallery, gallery
from reports.plots.plot import Scale
from rollout.evidence import Journal
from rollout.evidence.records import LoadHistogram, LoadSecond, LoadWindow, Sample, Slot, WatchFacts
from rollout.judge.decision import Decision
from rollout.plan import load_plan
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
        "plot-capital-error-rate",
        "plot-capital-response-times",
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
    assert value(decision, "error-rate").replace("1200", "1,200") in captions["plot-error-rate"]
    for name in ("availability", "database-connections", "redis-memory", "celery-queue"):
        assert value(decision, name) in captions[f"plot-{name}"]


def test_the_band_and_the_bets_end_where_the_finding_says(sick: tuple[Decision, Gallery]) -> None:
    """
    The bound of the finding is the last point of the pictures.
    """
    bound = next(finding.bound for finding in sick[0].findings if finding.id == "phase1.error-rate")
    match = re.search(r"at most (\S+) %; bet on kept made (\S+), on broken (\S+)", bound)
    assert match
    captions = words(sick[1])
    upper = re.findall(r"to (\S+) %", captions["plot-error-rate"])[0]
    assert f"{float(match[1]):.2g}" == f"{float(upper):.2g}"
    assert f"bet on kept made {match[2]}, on broken {match[3]}" in captions["plot-capital-error-rate"]


def test_the_names_add_up_to_the_findings(sick: tuple[Decision, Gallery]) -> None:
    """
    The table of names has every request and every failure, the worst name first.
    """
    rows = sick[1].names
    failed, total = sum(row.failed for row in rows), sum(row.requests for row in rows)
    assert f"({failed} of {total})" in value(sick[0], "error-rate")
    assert f"({sum(row.slow or 0 for row in rows)} of {total})" in value(sick[0], "response-times")
    assert [row.failed_percent for row in rows] == sorted((row.failed_percent for row in rows), reverse=True)


def test_plots_say_what_they_are_to_everybody(sick: tuple[Decision, Gallery]) -> None:
    """
    Every picture has a role, a title with its numbers, and axes with units.
    """
    for plot in sick[1].plots:
        assert 'role="img"' in plot.svg
        assert "<title>" in plot.svg
        assert len(re.findall(r'class="label', plot.svg)) == 2, f"{plot.id} has an axis without a name"
        assert not re.search(r"nan|inf\b", re.sub(r"<title>.*?</title>", "", plot.svg)), plot.id


def test_a_run_cut_short_is_drawn_as_far_as_it_came(tmp_path: Path) -> None:
    """
    Without an end nothing counts: the counters are shown, and why they prove nothing.
    """
    evidence.load(tmp_path, PLAN, evidence.Run(seconds=20, finish=False))
    captions = words(drawn(tmp_path))
    assert "Mean " in captions["plot-latency"]
    assert "The newest run proves nothing: the run was cut short after" in captions["plot-error-rate"]
    assert "bet on kept made 1," in captions["plot-capital-error-rate"]


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
    with Journal(
        tmp_path, evidence.origin(PLAN, "load"), t=evidence.NOW - 60, load=evidence.FACTS, columns=evidence.COLUMNS
    ):
        pass
    found = drawn(tmp_path)
    assert any(line.startswith("Newest load run: ") for line in found.missing)
    assert found.plots == []


@pytest.fixture
def odd(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A complete load run with one record that no load run would write."""
    with Journal(
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
    with Journal(
        tmp_path,
        evidence.origin(PLAN, "watch"),
        t=evidence.NOW - 90,
        watch=WatchFacts(interval_s=2.0, for_s=4, step="staging"),
    ) as journal:
        for number in range(2):
            samples = {"service.available": Sample(value=1.0), "redis.memory_percent": Sample(value=9.0)}
            journal.append(Slot(due=evidence.NOW - 90 + 2.0 * number, number=number, samples=samples))
    plots = {plot.id: plot.svg for plot in drawn(tmp_path).plots}
    assert plots["plot-redis-memory"].count("<polyline") == 2
    assert 'class="outside"' in plots["plot-availability"]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("high", [0.002, 1.0, 7.3, 99.0, 12_345.0, 3e9])
def test_scales_keep_everything_inside(log: bool, high: float) -> None:
    """
    Ticks are few, in order and on the plot; what lies outside is drawn at the edge.
    """
    scale = Scale.upwards(high / 1000 if log else 0.0, high, log=log)
    ticks = list(scale.ticks())
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(ticks)
    assert all(scale.end - 0.01 <= scale.at(tick) <= scale.start + 0.01 for tick in ticks)
    assert scale.at(high * 1e6) == pytest.approx(scale.end)
