"""Hand the result of a load run to the reports, which are found by entry point."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from rollout.extensions import CAPACITY_REPORTS, LOAD_REPORTS
from rollout.judge.finding import Finding
from rollout.judge.scenarios import JudgedScenario
from rollout.locust_plugin.controller.capacity_search import SearchStep


@dataclass(frozen=True)
class LoadResult:
    """The findings about every budget of a load, and the same budgets on each scenario alone."""

    findings: Sequence[Finding]
    scenarios: Sequence[JudgedScenario]


@dataclass(frozen=True)
class CapacityResult:
    """
    The result of a capacity search: its steps, and the fastest one within every budget.

    *found* is True if the next step broke a budget. *target_ms* is the plan's limit of the mean latency in
    milliseconds. A plot is written to *folder*.
    """

    release: str
    steps: Sequence[SearchStep]
    highest: SearchStep | None
    found: bool
    target_ms: float | None
    folder: Path


LoadReport = Callable[[LoadResult, Console], None]
CapacityReport = Callable[[CapacityResult, Console], None]


def show_load(result: LoadResult, console: Console) -> None:
    """Show the budgets of a load run."""
    reports: list[LoadReport] = LOAD_REPORTS.loaded()
    for report in reports:
        report(result, console)


def show_capacity(result: CapacityResult, console: Console) -> None:
    """Show the steps of a capacity search."""
    reports: list[CapacityReport] = CAPACITY_REPORTS.loaded()
    for report in reports:
        report(result, console)
