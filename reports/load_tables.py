"""The budgets of a load run as tables for the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from rollout.judge.finding import Finding
from rollout.judge.scenarios import JudgedScenario, headings
from rollout.judge.verdict import Verdict
from rollout.locust_plugin.controller.load_reports import LoadResult

COLOURS = {Verdict.MET: "green", Verdict.UNPROVEN: "yellow", Verdict.BROKEN: "red", Verdict.TRIGGERED: "bold red"}


def show(result: LoadResult, console: Console) -> None:
    """Print the budgets, and for several scenarios the same budgets of each."""
    console.print(budgets(result.findings))
    if len(result.scenarios) > 1:
        console.print(per_scenario(result.scenarios))


def budgets(findings: Sequence[Finding]) -> Table:
    """One row per budget: its limit, the measured value, and the margin."""
    table = Table(title="Budgets", title_justify="left", show_lines=False)
    for heading in ("budget", "verdict", "limit", "measured", "requests", "why"):
        table.add_column(heading, justify="right" if heading == "requests" else "left", overflow="fold")
    for finding in findings:
        name = f"{finding.id} (advisory)" if finding.advisory else finding.id
        verdict = f"[{COLOURS[finding.verdict]}]{finding.verdict.name}[/]"
        why = "; ".join(part for part in (finding.reason, finding.margin) if part)
        table.add_row(name, verdict, finding.limit or "", finding.value, str(finding.n), escaped(why))
    return table


def per_scenario(scenarios: Sequence[JudgedScenario]) -> Table:
    """One row per scenario, with the limits of the phase; it decides nothing."""
    table = Table(title="The same budgets on each scenario alone (advisory)", title_justify="left")
    table.add_column("scenario")
    for heading in ("requests", *headings(scenarios)):
        table.add_column(heading, justify="right")
    for each in scenarios:
        cells = [f"[{COLOURS[budget.finding.verdict]}]{budget.measured}[/]" for budget in each.budgets]
        table.add_row(each.name, str(each.requests), *cells)
    return table


def escaped(text: str) -> str:
    """Text with its brackets escaped, so that they are no markup."""
    return text.replace("[", "\\[")
