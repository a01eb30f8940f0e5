"""Pass a decision to the renderers, which are found by entry point; the engine imports none of them."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from rollout.evidence import Ledger
from rollout.extensions import PROOF, RENDERERS, REPORTS_BEGIN, TERMINAL
from rollout.judge.decision import Decision

if TYPE_CHECKING:  # the code that binds a proof; a decision has no use for it
    from rollout.prove.proof import Proof

LONGEST = 80
REPORTS = "decision.*"
Renderer = Callable[[Decision, Ledger, Path], Path | None]
Begin = Callable[[], None]
Show = Callable[[Decision, Console, bool], None]
ProofRenderer = Callable[["Proof", Path], Path]


def begin() -> None:
    """Let renderers start what takes them long; called before the evidence of a decision is read."""
    work: list[Begin] = REPORTS_BEGIN.loaded()
    for start in work:
        start()


def write_reports(decision: Decision, ledger: Ledger, folder: Path) -> list[Path]:
    """Every rendering of the decision, written below *folder*; if one fails, files of an older decision are removed."""
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
    Move the stored decision to `decisions/<its release>/` if it is about another release than *release*.

    Without a *release* it is always moved: while a gate runs, or after it broke off, no decision is current.
    """
    stored = folder / "decision.json"
    if not stored.exists() or (before := release_in(stored)) == release:
        return
    kept = folder / "decisions" / folder_name(before)
    kept.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(REPORTS):
        path.replace(kept / path.name)


def folder_name(release: str) -> str:
    """A folder name, unique for each release; the release itself if that is short and plain."""
    plain = re.sub(r"[^\w.+-]|^\.+", "_", release)[:LONGEST]
    return plain if plain == release else f"{plain}-{hashlib.sha256(release.encode()).hexdigest()[:8]}"


def release_in(stored: Path) -> str:
    """The release in the file of a decision; `unreadable` if there is none to read."""
    try:
        return str(json.loads(stored.read_bytes())["release"])
    except (ValueError, KeyError, TypeError):
        return "unreadable"


def show(decision: Decision, console: Console, verbose: bool = False) -> None:
    """The decision on a terminal; with *verbose* nothing is folded or cut."""
    displays: list[Show] = TERMINAL.loaded()
    for display in displays:
        display(decision, console, verbose)


def write_proof(proof: "Proof", folder: Path) -> list[Path]:
    """Write every rendering of the proof that the checks can fail, below *folder*; gives their paths."""
    renderers: list[ProofRenderer] = PROOF.loaded()
    return [render(proof, folder) for render in renderers]
