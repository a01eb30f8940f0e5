"""`rollout rules`: the alert rules of the plan for Prometheus, and the cases by which promtool tries them."""

from typing import Annotated

import typer

from rollout.alert_rules import FILE, alert_rules, cases_text, expressions, rules_text
from rollout.cli.options import PlanFile, rules_of
from rollout.cli.output import write

Cases = Annotated[bool, typer.Option("--cases", help=f"print the cases for `promtool test rules`, beside {FILE}")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="what a query asks of the system, such as pool=30; repeatable"),
]


def rules(cases: Cases = False, facts: Set = None, plan: PlanFile = None) -> int:
    """
    Print the alert rules of the plan for Prometheus. Each has the limit of its alert and holds for a minute.
    """
    found = alert_rules(rules_of(plan), expressions(), dict(map(fact, facts or [])))
    write(cases_text(found) if cases else rules_text(found))
    return 0


def fact(text: str) -> tuple[str, str]:
    """Name and value of one `--set`; BadParameter for another form, or for a value that is no number."""
    name, _, value = text.partition("=")
    try:
        float(value)
    except ValueError:
        raise typer.BadParameter(f"--set {text}: want NAME=NUMBER, such as pool=30") from None
    return name, value
