"""The result of a capacity search, as a table for the terminal and as a plot."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from reports.charts.lines import lines
from rollout.locust_plugin.controller.capacity_search import SearchStep
from rollout.locust_plugin.controller.load_reports import CapacityResult

FILE_NAME = "capacity.svg"
HEADINGS = ("arrivals/s", "requests", "failed %", "mean ms", "broken", "beyond the published target", "generator")


def show(result: CapacityResult, console: Console) -> None:
    """Print the steps, draw them, and print the highest rate within every budget."""
    console.print(table(result.steps))
    path = draw(result)
    if result.highest is None:
        console.print("capacity: not even the first step kept every budget", highlight=False)
        return
    stuck = bool(result.steps[-1].generator)
    advice = "" if result.found or stuck else "; more users (-u) climb higher"
    console.print(
        f"capacity: {'' if result.found else 'at least '}{result.highest.per_second:g} arrivals a second"
        f" within every budget{advice}; plot: {path}",
        highlight=False,
    )


def table(steps: Sequence[SearchStep]) -> Table:
    """One row per step."""
    found = Table(title="Capacity", title_justify="left")
    for heading in HEADINGS:
        found.add_column(heading, overflow="fold")
    for step in steps:
        found.add_row(
            f"{step.per_second:g}",
            str(step.n),
            f"{step.failed_percent:g}",
            f"{step.mean_ms:g}",
            ", ".join(step.broken),
            ", ".join(step.beyond_target),
            step.generator,
        )
    return found


def draw(result: CapacityResult) -> Path:
    """Draw the mean latency over the rate, with the published target if the plan has one; gives the file."""
    points = [(step.per_second, step.mean_ms) for step in result.steps]
    highest = result.highest
    title = f"Capacity of {result.release}: {highest.per_second:g} arrivals/s" if highest else "No capacity found"
    limit = None if result.target_ms is None else (result.target_ms, "published target")
    path = result.folder / FILE_NAME
    drawn = lines(title, ("arrivals per second", "mean latency in ms"), {"mean": points}, limit, log_x=True)
    path.write_text(drawn, encoding="utf-8")
    return path
