"""The newest drill step by step, each with the time that it may take, and how long the drills of the release took."""

from itertools import accumulate

from reports.charts.chart import LETTER, Axis, Chart, Plot
from reports.text import number
from reports.words import moment
from rollout.evidence.records import Drill, DrillStep
from rollout.judge.finding import Case

FEW = 2  # drills from which on a history can be seen
ROW = 0.64  # of the height of a row that its bar takes
TITLES = {True: "passed", False: "failed"}


def drills_of(case: Case) -> list[Drill]:
    """The drills about a criterion that came to an end, oldest first."""
    mine = [record for run in case.by("drill") for record in run.of(Drill) if record.criterion == case.id]
    return sorted(mine, key=lambda record: record.t)


def timeline(case: Case, drill: Drill) -> Plot:
    """One bar for each step of a drill, from where it began to where it ended, and a mark where its time would have been over."""
    ends = list(accumulate(step.seconds for step in drill.steps))
    begins = [0.0, *ends[:-1]]
    rows = [len(ends) - place - 0.5 for place in range(len(ends))]
    chart = Chart(
        Axis("seconds since the drill began", 0, max(ends[-1], 0.1) * 1.02), Axis("", 0, len(ends), bare=True)
    )
    bars = [(a, b, row - ROW / 2, row + ROW / 2) for a, b, row in zip(begins, ends, rows, strict=True)]
    late = [not drill.passed and is_late(step) for step in drill.steps]
    for style, key, wanted in (("bar", "a step", False), ("bad", "a step that took too long", True)):
        found = [bar for bar, each in zip(bars, late, strict=True) if each is wanted]
        chart.layer("rect", style, found, "x x2 y y2")
        chart.keys |= {style: key} if found else {}
    limits = [
        (begin + step.within_s, row - 0.5, row + 0.5)
        for begin, step, row in zip(begins, drill.steps, rows, strict=True)
        if step.within_s is not None and begin + step.within_s <= chart.x.high
    ]
    if limits:
        chart.layer("rule", "limit", limits, "x y y2")
        chart.keys["ink"] = "its time is over"
    name_steps(chart, drill.steps, begins, ends, rows)
    chart.hints([(a + b) / 2 for a, b in zip(begins, ends, strict=True)], [told(step) for step in drill.steps])
    counts = ", ".join(f"{name.removesuffix('_count')} {count:,}" for name, count in drill.counts.items())
    caption = f"{moment(drill.t)}, {TITLES[drill.passed]}: {drill.value}{f'; {counts}' if counts else ''}."
    return chart.plot(f"plot-drill-{case.criterion.id}", f"Newest drill: {case.criterion.id}", caption)


def is_late(step: DrillStep) -> bool:
    """Whether a step took longer than it may."""
    return step.within_s is not None and step.seconds > step.within_s


def name_steps(
    chart: Chart, steps: tuple[DrillStep, ...], begins: list[float], ends: list[float], rows: list[float]
) -> None:
    """The words of each step beside its bar: on the right where there is room, else on the left, else on the bar."""
    for step, begin, end, row in zip(steps, begins, ends, rows, strict=True):
        words = f"{step.name} {number(step.seconds)} s"
        room = LETTER * len(words) * chart.x.high
        if end + room <= chart.x.high:
            place, align, dx = end, "left", 4
        elif room <= begin:
            place, align, dx = begin, "right", -4
        else:
            place, align, dx = 0.0, "left", 4
        chart.layer("text", "limit", [(place, row, words)], "x y text", align=align, baseline="middle", dx=dx)


def told(step: DrillStep) -> str:
    """A step in words."""
    within = f", {number(step.within_s)} s at most" if step.within_s is not None else ""
    return f"{step.name}: {number(step.seconds)} s{within}"


def history(case: Case, drills: list[Drill]) -> Plot | None:
    """How long each drill of the release took, the sum of its steps; None where there is too little to compare."""
    if len(drills) < FEW:
        return None
    took = [sum(step.seconds for step in drill.steps) for drill in drills]
    chart = Chart(
        Axis("drills of this release, oldest first", 0.5, len(drills) + 0.5, whole=True),
        Axis("seconds in all", 0, max([*took, 0.1]) * 1.15),
    )
    for passed, style in ((True, "bar"), (False, "bad")):
        places = [(place, each) for place, each in enumerate(took, start=1) if drills[place - 1].passed is passed]
        chart.bars([(place - 0.4, place + 0.4, each) for place, each in places], style, TITLES[passed])
    chart.hints(
        [float(place) for place in range(1, len(drills) + 1)],
        [
            f"{moment(drill.t)}: {TITLES[drill.passed]}, {number(each)} s"
            for drill, each in zip(drills, took, strict=True)
        ],
    )
    good = sum(drill.passed for drill in drills)
    caption = (
        f"{good} of {len(drills)} passed; {number(min(took))} to {number(max(took))} s, the last {number(took[-1])} s."
    )
    return chart.plot(f"plot-drills-{case.criterion.id}", f"Time to recover: {case.criterion.id}", caption)
