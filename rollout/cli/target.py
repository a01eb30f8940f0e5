"""`rollout target`: write a target file, and check one without asking the target anything."""

import sys
from typing import Annotated

import typer

from rollout.cli.doctor_lines import criteria, line, waits
from rollout.cli.options import PlanFile, named, rules_of
from rollout.cli.output import console
from rollout.cli.usage import HELP, Commands, UsageError, nothing_asked
from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.origin import refuse_waivers
from rollout.project import current_project
from rollout.readiness import by_phase, lacks, ways_out
from rollout.suite import suite_of
from rollout.target.settings import TargetError
from rollout.target.template import template

STAGING = "staging"
target = typer.Typer(
    cls=Commands, help="Write and check the files of targets.", context_settings={"help_option_names": list(HELP)}
)
TargetFile = Annotated[str, typer.Argument(metavar="NAME", help="name of the file in targets/, without .toml")]
Environment = Annotated[
    str | None, typer.Option("--environment", metavar="ENV", help="staging or production; default: staging")
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="where the system answers; needed, asked for at a terminal"),
]


@target.callback(invoke_without_command=True)
def group(context: typer.Context) -> None:
    """
    Write and check the files of targets.
    """
    if context.invoked_subcommand is None:
        raise nothing_asked(context)


@target.command("new")
def new(name: TargetFile, base_url: BaseUrl = None, environment: Environment = None, plan: PlanFile = None) -> int:
    """
    Write targets/NAME.toml with every setting in it: what was given is set, the rest is a comment that says what it is for.

    At a terminal it asks for what no option gives.
    """
    suite = suite_of(rules_of(plan))
    path = current_project().targets / f"{named(name)}.toml"
    if path.exists():
        raise TargetError(f"{path} is there already; take another name, or edit it")
    given = first_facts(base_url, environment)
    path.parent.mkdir(exist_ok=True)
    path.write_text(template(suite.target, given), encoding="utf-8")
    try:
        suite.target_named(name)
    except TargetError:
        path.unlink()
        raise
    console().print(f"wrote {path}; next: rollout target check {name}", markup=False)
    return 0


def first_facts(base_url: str | None, environment: str | None) -> dict[str, str]:
    """The settings that every target has, from options, else asked for at a terminal; UsageError without a terminal."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        try:
            base_url = base_url or typer.prompt("Where does the system answer (a URL, such as https://api.example)")
            environment = environment or typer.prompt("Is it staging or production", default=STAGING)
        except typer.Abort:
            raise TargetError("nothing was written: no answer; give --base-url URL and --environment ENV") from None
    if base_url is None:
        raise UsageError("Missing option '--base-url'")
    return {"environment": environment or STAGING, "base_url": base_url}


@target.command("check")
def check(name: TargetFile, plan: PlanFile = None) -> int:
    """
    Say what the file of a target lacks, without asking the target. Exit 0 if nothing that a criterion needs is missing.
    """
    rules = rules_of(plan)
    system = suite_of(rules).target_named(name)
    refuse_waivers(rules, system)
    lacking = lacks(rules, system)
    out = console()
    for way_out, waiting in ways_out(lacking).items():
        line(out, "x", "yellow", way_out, waits(waiting))
    phases = by_phase(rules, system, {lack.criterion: lack.why for lack in lacking})
    stuck = sum(len(stopped) for _, stopped in phases.values())
    out.print(f"target {name} ({system.environment}): {criteria(stuck)} cannot be met as configured", markup=False)
    return EXIT_CONFIGURATION if stuck else 0
