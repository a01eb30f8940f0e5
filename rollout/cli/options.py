"""Options shared by several commands, and their completions."""

from pathlib import Path
from typing import Annotated

import typer

from rollout import __version__
from rollout.cli.output import write
from rollout.cli.terminable import terminable
from rollout.plan import Plan, load_plan
from rollout.project import NO_NAME, current_project
from rollout.suite import suite_of
from rollout.target.loading import plain_name, refuse_variables, there, unknown_target
from rollout.target.release import given, given_or_unknown
from rollout.values import STANDIN, seconds


def rules_of(file: Path | None) -> Plan:
    """The plan of a command; PlanError, or TargetError for a misspelt variable, also in commands without a target."""
    with terminable():  # loading a suite takes a moment; nothing has begun meanwhile
        rules = load_plan(file)
        refuse_variables(suite_of(rules).target, STANDIN)
    return rules


def phase_names() -> list[str]:
    """The completions for PHASE."""
    try:
        return [phase.id for phase in load_plan().phases]
    except ValueError:
        return []


def target_names() -> list[str]:
    """The completions for --target."""
    return [STANDIN, *there(current_project().targets)]


def named(name: str | None) -> str | None:
    """The name of a target, unchanged; TargetError for a text that can be none."""
    return name if name is None else plain_name(name)


def decided(name: str | None) -> str:
    """The name of the target of a decision; TargetError if it has neither a file nor results."""
    project = current_project()
    known = [STANDIN, *there(project.targets), *(folder.name for folder in project.results.glob("*"))]
    if name is not None and name not in known:
        raise unknown_target(name, project.targets)
    return name or STANDIN


def length(text: str | float) -> float:
    """Seconds of an option such as `60s`; a default (float) unchanged; BadParameter with the right form."""
    if isinstance(text, float):
        return text
    try:
        value = seconds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    assert isinstance(value, float)
    if value <= 0:
        raise typer.BadParameter(f"{text} has no length; write for example 60s")
    return value


def place(text: str | Path) -> Path:
    """The path of a file or folder; BadParameter for an empty name, which would be the current directory."""
    if not str(text).strip():
        raise typer.BadParameter(NO_NAME)
    return Path(text)


def folder(text: str | Path) -> Path:
    """An existing folder; BadParameter for anything else."""
    found = place(text)
    if not found.is_dir():
        raise typer.BadParameter(f"{str(text)!r} {'is a file' if found.exists() else 'does not exist'}; name a folder")
    return found


def writable_folder(text: str | Path) -> Path:
    """A folder for new files, which may not exist yet; BadParameter for a file, or for one in the place of a parent."""
    found = place(text)
    there = next(each for each in (found, *found.absolute().parents) if each.exists())
    if not there.is_dir():
        raise typer.BadParameter(f"{str(there)!r} is a file; name a folder")
    return found


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        write(f"rollout {__version__}\n")
        raise typer.Exit


PhaseName = Annotated[str, typer.Argument(metavar="PHASE", help="a phase of the plan", autocompletion=phase_names)]
PlanFile = Annotated[
    Path | None,
    typer.Option("--plan", metavar="FILE", parser=place, help="the rollout plan; default: plan.toml of the project"),
]
TargetName = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="NAME",
        callback=named,
        autocompletion=target_names,
        help="a file in targets/; default: the embedded stand-in",
    ),
]
Journals = Annotated[
    Path | None, typer.Option("--journals", metavar="DIR", parser=writable_folder, help="where journals go")
]
WithFaults = Annotated[
    bool, typer.Option("--with-faults", help="use a stand-in kept by hand though faults of it are on")
]
Release = Annotated[
    str | None,
    typer.Option("--release", metavar="ID", callback=given, help="the deployed build; default: what the target says"),
]
JudgedRelease = Annotated[
    str | None,
    typer.Option(
        "--release",
        metavar="ID",
        callback=given_or_unknown,
        help="the deployed build; default: what the target says",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="show every criterion in full, met ones too")]
Window = Annotated[
    float | None,
    typer.Option(
        "--window", metavar="TIME", parser=length, help="rehearse with monitoring windows this short, such as 60s"
    ),
]
