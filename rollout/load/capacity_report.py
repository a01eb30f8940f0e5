"""What a capacity search found, for people: a table, a plot, and whether it found anything."""

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from rollout.judge.verdict import EXIT_CODES, Outcome
from rollout.load.capacity import Ladder, Rung
from rollout.load.chart import Chart
from rollout.load.setup import Setup

FILE_NAME = "capacity.svg"
PIPED_WIDTH = 160


def shown(setup: Setup, ladder: Ladder) -> int:
    """Print the steps and draw them; 0 where a limit was found, HOLD where the ladder ended first, else NO-GO."""
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    console.print(table(ladder.rungs))
    highest, last = ladder.highest, ladder.rungs[-1] if ladder.rungs else None
    path = draw(setup, ladder)
    if highest is None:
        console.print("capacity: not even the first step kept every budget", highlight=False)
        return EXIT_CODES[Outcome.HOLD if last is None or last.generator else Outcome.NO_GO]
    found = last is not None and bool(last.broken)
    advice = "" if found or (last and last.generator) else "; more people (-u) climb higher"
    console.print(
        f"capacity: {'' if found else 'at least '}{highest.per_second:g} arrivals a second within every budget{advice};"
        f" plot: {path}",
        highlight=False,
    )
    return EXIT_CODES[Outcome.GO if found else Outcome.HOLD]


def table(rungs: list[Rung]) -> Table:
    """One row a step."""
    found = Table(title="Capacity", title_justify="left")
    for heading in (
        "arrivals/s",
        "requests",
        "failed %",
        "mean ms",
        "broken",
        "beyond the published target",
        "generator",
    ):
        found.add_column(heading, overflow="fold")
    for rung in rungs:
        found.add_row(
            f"{rung.per_second:g}",
            str(rung.n),
            f"{rung.failed_percent:g}",
            f"{rung.mean_ms:g}",
            ", ".join(rung.broken),
            ", ".join(rung.beyond_target),
            rung.generator,
        )
    return found


def draw(setup: Setup, ladder: Ladder) -> Path:
    """The mean latency over the rate, with the published target."""
    points = [(rung.per_second, rung.mean_ms) for rung in ladder.rungs]
    highest = ladder.highest
    title = f"Capacity of {setup.origin.release}: {highest.per_second:g} arrivals/s" if highest else "No capacity found"
    chart = Chart(
        title, "arrivals per second", "mean latency in ms", [("mean", points)], (200.0, "published target"), True
    )
    path = setup.journals / FILE_NAME
    path.write_text(chart.svg(), encoding="utf-8")
    return path
