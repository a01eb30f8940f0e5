"""Plots of drills: the newest one step by step with its deadlines, and the times of all drills of the release."""

from itertools import accumulate

from reports.charts.chart import HEIGHT, LETTER, Axis, Chart, Plot
from reports.text import clipped, number
from rollout.evidence import Ledger
from rollout.evidence.records import Drill, DrillStep
from rollout.judge.finding import Case
from rollout.values import as_moment

FEW = 2  # least number of drills for a history
ROW_HEIGHT = 17  # px, so that the texts of two steps do not overlap
ROW = 0.64  # share of the height of a row that its bar takes
LOST = "lost_rows"  # a count in drills that wrote canary rows
MOST_CHARACTERS = 140  # of the reason why a drill failed
TITLES = {True: "passed", False: "failed"}


def drills_of(case: Case) -> list[Drill]:
    """The finished drills about a criterion, oldest first."""
    mine = [record for run in case.by("drill") for record in run.of(Drill) if record.criterion == case.id]
    return sorted(mine, key=lambda record: record.t)


def rehearsed(ledger: Ledger, release: str) -> list[Drill]:
    """The newest run of each drill without a criterion, of a *release*; no decision reads them."""
    runs = [run for run in ledger.complete("drill") if run.release == release]
    found = [drill for run in runs for drill in run.of(Drill) if "." not in drill.criterion and drill.steps]
    return list({drill.criterion: drill for drill in sorted(found, key=lambda each: each.t)}.values())


def timeline(name: str, drill: Drill) -> Plot:
    """One bar for each step of a drill, from its start to its end, and a mark at its deadline."""
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
    counts = ", ".join(f"{in_words(name)} {count:,}" for name, count in drill.counts.items())
    said = drill.value if drill.passed else clipped(drill.reason, MOST_CHARACTERS)
    caption = f"{as_moment(drill.t)}, {TITLES[drill.passed]}: {said}{f'; {counts}' if counts else ''}."
    height = max(HEIGHT, ROW_HEIGHT * len(drill.steps))
    return chart.plot(f"plot-drill-{name}", f"Newest drill: {name}", caption, height)


def in_words(name: str) -> str:
    """The name of a count, for people."""
    return name.removesuffix("_count").replace("_", " ")


def is_late(step: DrillStep) -> bool:
    """Whether a step exceeded its deadline."""
    return step.within_s is not None and step.seconds > step.within_s


def name_steps(
    chart: Chart, steps: tuple[DrillStep, ...], begins: list[float], ends: list[float], rows: list[float]
) -> None:
    """Add the text of each step beside its bar: on the right if there is room, else on the left, else on the bar."""
    for step, begin, end, row in zip(steps, begins, ends, rows, strict=True):
        words = f"{step.name} {number(step.seconds)} s"
        room = LETTER * len(words) * chart.x.high
        if end + room <= chart.x.high:
            place, align, dx = end, "left", 4
        elif room <= begin:
            place, align, dx = begin, "right", -4
        else:
            place, align, dx = min(begin, max(chart.x.high - room, 0.0)), "left", 4
        chart.layer("text", "limit", [(place, row, words)], "x y text", align=align, baseline="middle", dx=dx)


def told(step: DrillStep) -> str:
    """A step in words."""
    within = f", {number(step.within_s)} s at most" if step.within_s is not None else ""
    return f"{step.name}: {number(step.seconds)} s{within}"


def history(case: Case, drills: list[Drill]) -> Plot | None:
    """The recovery time of each drill of the release that measured it, else the time of each drill; None for fewer than FEW."""
    told = [drill for drill in drills if drill.recovery_s is not None]
    if told:
        seen = [(drill, drill.recovery_s or 0.0) for drill in told]
        title = f"Time to recover: {case.criterion.id}"
    else:
        seen = [(drill, sum(step.seconds for step in drill.steps)) for drill in drills]
        title = f"Time of each drill: {case.criterion.id}"
    limit = case.criterion.limit
    level = (limit.value, f"limit {limit}", "limit") if limit and told else None
    return columns(f"plot-drills-{case.criterion.id}", title, "s", drills, seen, level)


def losses(case: Case, drills: list[Drill]) -> Plot | None:
    """The lost rows of each drill of the release that counted them; None for fewer than FEW."""
    seen = [(drill, float(drill.counts[LOST])) for drill in drills if LOST in drill.counts]
    return columns(f"plot-losses-{case.criterion.id}", f"Rows lost: {case.criterion.id}", "rows", drills, seen)


def columns(
    id_: str,
    title: str,
    unit: str,
    drills: list[Drill],
    seen: list[tuple[Drill, float]],
    level: tuple[float, str, str] | None = None,
) -> Plot | None:
    """A column for each drill and number in *seen*; None for fewer than FEW."""
    if len(seen) < FEW:
        return None
    numbers = [each for _, each in seen]
    top = max([*numbers, *([level[0]] if level else []), 0.1]) * 1.15
    chart = Chart(
        Axis("drills of this release, oldest first", 0.5, len(seen) + 0.5, whole=True),
        Axis("seconds" if unit == "s" else unit, 0, top),
    )
    for passed, style in ((True, "bar"), (False, "bad")):
        places = [(at, each) for at, (drill, each) in enumerate(seen, start=1) if drill.passed is passed]
        chart.bars([(at - 0.4, at + 0.4, each) for at, each in places], style, TITLES[passed])
    if level:
        chart.levels(level)
    told = [f"{as_moment(drill.t)}: {TITLES[drill.passed]}, {number(each)} {unit}" for drill, each in seen]
    chart.hints([float(at) for at in range(1, len(seen) + 1)], told)
    good, missing = sum(drill.passed for drill in drills), len(drills) - len(seen)
    left_out = f"{missing} without a number here; " if missing else ""
    span = f"{number(min(numbers))} to {number(max(numbers))} {unit}, the last {number(numbers[-1])} {unit}"
    return chart.plot(id_, title, f"{good} of {len(drills)} passed; {left_out}{span}.")
