"""The embedded default target: find the stand-in that runs, or start one that ends with its owner."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rollout.target.settings import Target, TargetError, load_target

NAME = "standin"
STATE_VARIABLE = "XCR_STANDIN_STATE"
ROOT = Path(__file__).resolve().parents[2]
BOOT_S = 120
END_S = 15


@contextmanager
def target_at_hand(name: str | None, owner_pid: int | None = None, *, baseline: bool = False) -> Iterator[Target]:
    """
    The target of that *name*; None or `standin` is the embedded one.

    A stand-in handed over by a gate or kept by hand is used as it is; otherwise one is started and ended again,
    with the release before beside it if a *baseline* is wanted.
    """
    if name not in (None, NAME):
        yield load_target(str(name))
    elif (state := running_state()) is not None:
        yield load_target(NAME, state)
    else:
        with booted(owner_pid or os.getpid(), baseline) as state:
            os.environ[STATE_VARIABLE] = str(Path(state["dir"]) / "state.json")
            try:
                yield load_target(NAME, state)
            finally:
                os.environ.pop(STATE_VARIABLE, None)


def running_state() -> dict[str, Any] | None:
    """The state of the stand-in handed over or kept by hand, None where there is none."""
    if path := os.environ.get(STATE_VARIABLE):
        return read_state(Path(path))
    asked = standin("status", "--json", check=False)
    if asked.returncode not in (0, 1) or not asked.stdout.strip():
        return None
    state = read_state(Path(json.loads(asked.stdout)["dir"]) / "state.json")
    return state if state.get("kept") else None


def read_state(path: Path) -> dict[str, Any]:
    """What a stand-in wrote about itself."""
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TargetError(
            f"no stand-in at {path}: {type(error).__name__}; start one: rollout standin up --keep"
        ) from error
    return state


def standin(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one command of the stand-in."""
    command = [sys.executable, "-m", "standin", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise TargetError(f"standin {arguments[0]}: {done.stderr.strip() or f'exit {done.returncode}'}")
    return done


@contextmanager
def booted(owner_pid: int, baseline: bool = False) -> Iterator[dict[str, Any]]:
    """A stand-in of our own; it ends with this block, and with its owner however that one ends."""
    command = [sys.executable, "-m", "standin", "up", "--json", "--owner-pid", str(owner_pid)]
    command += ["--baseline"] if baseline else []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline() if process.stdout else ""
        if not line.strip():
            complaint = process.stderr.read().strip().splitlines() if process.stderr else []
            raise TargetError(f"the stand-in did not start: {complaint[-1] if complaint else 'it said nothing'}")
        try:
            yield json.loads(line)
        finally:
            process.terminate()
            process.communicate(timeout=END_S)
