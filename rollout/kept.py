"""A stand-in kept by hand: its checkout, its active faults, and whether a run may use it."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rollout.project import current_project
from rollout.target import TargetError

Tell = Callable[[str], None]
COMPLETE = "complete"  # the default profile, which messages do not name


def adopt(state: Mapping[str, Any], with_faults: bool, tell: Tell) -> None:
    """Name the stand-in through *tell*; TargetError if its faults are on and *with_faults* is False."""
    faults = faults_on(state)
    profile = f" of the profile {state['profile']}" if state.get("profile", COMPLETE) != COMPLETE else ""
    who = f"the stand-in {state.get('name')!r}{profile} kept in {state.get('dir')}, of {origin_of(state)}"
    if faults and not with_faults:
        raise TargetError(
            f"{who}, has faults on: {', '.join(faults)};"
            " turn them off with rollout standin fault --clear, or agree to them with --with-faults"
        )
    tell(f"uses {who}" + (f", with faults on: {', '.join(faults)}" if faults else ""))


def origin_of(state: Mapping[str, Any]) -> str:
    """The checkout that a stand-in was started from; states of older versions do not contain it."""
    checkout = state.get("checkout")
    if not checkout:
        return "an unknown checkout"
    here = current_project().root.resolve()
    return "this checkout" if Path(checkout).resolve() == here else f"another checkout, {checkout}"


def faults_on(state: Mapping[str, Any]) -> list[str]:
    """The names of a stand-in's active faults, sorted; TargetError if its faults file cannot be read."""
    path = state.get("faults_file")
    if not path:
        return []
    try:
        return sorted(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise TargetError(f"{path}: cannot be read, so nobody knows which faults are on: {error}") from error


def on_stderr(line: str) -> None:
    """Print a line to stderr; the *tell* of commands without a console of their own."""
    print(f"rollout: {line}", file=sys.stderr)
