"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rollout.values import seconds

PhaseName = Annotated[str, typer.Argument(metavar="PHASE", help="a phase of the plan, such as phase1")]
PlanFile = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="the rollout plan; default: plan.toml of the project")
]


def named(name: str | None) -> str | None:
    """The name as it is; an empty one, such as that of an unset variable, is not the stand-in."""
    if name is not None and not name.strip():
        raise typer.BadParameter("is empty; name a file in targets/, or leave the option out for the embedded stand-in")
    return name


TargetName = Annotated[
    str | None,
    typer.Option("--target", metavar="NAME", callback=named, help="a file in targets/; default: the embedded stand-in"),
]
Release = Annotated[
    str | None, typer.Option("--release", metavar="ID", help="the deployed build; default: what the target says")
]
Window = Annotated[
    str | None,
    typer.Option("--window", metavar="TIME", help="rehearse with monitoring windows this short, such as 60s"),
]


def duration(text: str | None) -> float | None:
    """Seconds of an option such as `60s`; ValueError says how to write it."""
    if text is None:
        return None
    value = seconds(text)
    assert isinstance(value, float)
    if value <= 0:
        raise ValueError(f"a window of {text} has no length; write for example 60s")
    return value


def console() -> Console:
    """The terminal, at least 80 columns wide even in a pipe."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=max(found.width, 120))
