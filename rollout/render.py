"""Hand a decision to whatever renders it; renderers are found by entry point, the engine knows none."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from rollout.evidence import Ledger
from rollout.extensions import PROOF, RENDERERS, TERMINAL
from rollout.judge.decision import Decision
from rollout.prove.proof import Proof

LONGEST = 80
REPORTS = "decision.*"
Renderer = Callable[[Decision, Ledger, Path], Path | None]
Show = Callable[[Decision, Console, bool], None]
ProofRenderer = Callable[[Proof, Path], Path]


def write_reports(decision: Decision, ledger: Ledger, folder: Path) -> list[Path]:
    """Every rendering of the decision, written below *folder*; where one fails, none of an older decision stays."""
    folder.mkdir(parents=True, exist_ok=True)
    set_aside(folder, decision.release)
    renderers: list[Renderer] = RENDERERS.loaded()
    written: list[Path | None] = []
    try:
        for render in renderers:
            written.append(render(decision, ledger, folder))
    except BaseException:
        for path in set(folder.glob(REPORTS)) - set(written):
            path.unlink()
        raise
    return [path for path in written if path is not None]


def set_aside(folder: Path, release: str | None = None) -> None:
    """
    Keep the decision about another release in `decisions/<release>/` before a new one takes its place.

    Without a *release* any decision is: while a gate is at work none is current, and none is if it breaks off.
    """
    stored = folder / "decision.json"
    if not stored.exists() or (before := release_in(stored)) == release:
        return
    kept = folder / "decisions" / folder_name(before)
    kept.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(REPORTS):
        path.replace(kept / path.name)


def folder_name(release: str) -> str:
    """A folder's name for a release, another one for each release; mostly the release itself."""
    plain = re.sub(r"[^\w.+-]|^\.+", "_", release)[:LONGEST]
    return plain if plain == release else f"{plain}-{hashlib.sha256(release.encode()).hexdigest()[:8]}"


def release_in(stored: Path) -> str:
    """The release that a stored decision is about; `unreadable` if that cannot be told."""
    try:
        return str(json.loads(stored.read_bytes())["release"])
    except (ValueError, KeyError, TypeError):
        return "unreadable"


def show(decision: Decision, console: Console, verbose: bool = False) -> None:
    """The decision on a terminal; with *verbose* nothing is folded or cut."""
    displays: list[Show] = TERMINAL.loaded()
    for display in displays:
        display(decision, console, verbose)


def write_proof(proof: Proof, folder: Path) -> list[Path]:
    """Every rendering of the proof that the checks can fail."""
    renderers: list[ProofRenderer] = PROOF.loaded()
    return [render(proof, folder) for render in renderers]
