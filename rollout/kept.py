"""A stand-in that is kept by hand: whose it is, and whether a run may use it as it is."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rollout.project import current_project
from rollout.target import TargetError

Tell = Callable[[str], None]
COMPLETE = "complete"  # the profile that is not worth a word


def adopt(state: Mapping[str, Any], with_faults: bool, tell: Tell) -> None:
    """Say which stand-in is used; TargetError where faults of it are on and nobody agreed to that."""
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
    """Which checkout a stand-in was started from; one of an older version does not tell."""
    checkout = state.get("checkout")
    if not checkout:
        return "an unknown checkout"
    here = current_project().root.resolve()
    return "this checkout" if Path(checkout).resolve() == here else f"another checkout, {checkout}"


def faults_on(state: Mapping[str, Any]) -> list[str]:
    """The faults of a stand-in that are on; TargetError where it tells of a file and that cannot be read."""
    path = state.get("faults_file")
    if not path:
        return []
    try:
        return sorted(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise TargetError(f"{path}: cannot be read, so nobody knows which faults are on: {error}") from error


def on_stderr(line: str) -> None:
    """Where a command says it that has no terminal of its own."""
    print(f"rollout: {line}", file=sys.stderr)
