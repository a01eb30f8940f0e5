"""The embedded default target: find a running stand-in, or start one that ends with its owner process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from rollout.evidence.writer import is_alive, this_process
from rollout.kept import Tell, adopt, on_stderr
from rollout.project import current_project
from rollout.suite import Suite
from rollout.target import Target, TargetError
from rollout.target.settings import HANDED_BY_VARIABLE, STATE_VARIABLE
from rollout.values import STANDIN

END_S = 15


@contextmanager
def target_at_hand(
    suite: Suite,
    name: str | None,
    owner_pid: int | None = None,
    *,
    baseline: bool = False,
    with_faults: bool = False,
    tell: Tell = on_stderr,
) -> Iterator[Target]:
    """
    The target of that *name*; None or `standin` is the embedded one.

    A stand-in handed over by a running gate is used as it is. One kept by hand, or named by a variable left over in a
    shell, is named through *tell* and used; TargetError if its faults are on and *with_faults* is False. Otherwise a
    new one is started and ended with this block, with the previous release beside it if *baseline* is True.
    """
    if name not in (None, STANDIN):
        yield suite.target_named(str(name))
    elif STATE_VARIABLE in os.environ and is_alive(os.environ.get(HANDED_BY_VARIABLE)):
        yield suite.target_of(read_state(Path(os.environ[STATE_VARIABLE])))
    elif (state := running_state(suite)) is not None:
        adopt(state, with_faults, tell)
        with handed_over(state):
            yield suite.target_of(state)
    else:
        with booted(suite, owner_pid or os.getpid(), baseline) as state, handed_over(state):
            yield suite.target_of(state)


@contextmanager
def handed_over(state: dict[str, Any]) -> Iterator[None]:
    """Set the variables by which child processes find the same stand-in, within this block."""
    os.environ.update(handing(state))
    try:
        yield
    finally:
        for name in handing(state):
            os.environ.pop(name, None)


def handing(state: Mapping[str, Any]) -> dict[str, str]:
    """The environment variables that hand a stand-in over to child processes."""
    return {STATE_VARIABLE: str(Path(state["dir"]) / "state.json"), HANDED_BY_VARIABLE: this_process()}


def running_state(suite: Suite) -> dict[str, Any] | None:
    """The state of the stand-in handed over or kept by hand; None if there is none, TargetError if several are kept."""
    if path := os.environ.get(STATE_VARIABLE):
        return read_state(Path(path))
    kept = kept_states(suite)
    if len(kept) > 1:
        names = ", ".join(f"{state.get('name')} in {state.get('dir')}" for state in kept)
        raise TargetError(f"several stand-ins are kept: {names}; end all but one: rollout standin down --dir DIR")
    return kept[0] if kept else None


def kept_states(suite: Suite) -> list[dict[str, Any]]:
    """The states of the stand-ins kept by hand; one without a readable state file, as while it starts or ends, is left out."""
    asked = standin(suite, "list", "--json", check=False)
    found = []
    for entry in json.loads(asked.stdout) if asked.returncode == 0 and asked.stdout.strip() else []:
        with suppress(TargetError):
            found.append(read_state(Path(entry["dir"]) / "state.json"))
    return [state for state in found if state.get("kept")]


def read_state(path: Path) -> dict[str, Any]:
    """The state file that a stand-in writes at its start; TargetError if it cannot be read."""
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TargetError(
            f"no stand-in at {path}: {type(error).__name__}; start one: rollout standin up --keep"
        ) from error
    return state


def standin(
    suite: Suite, *arguments: str, check: bool = True, told: str | None = None
) -> subprocess.CompletedProcess[str]:
    """
    Run one command of the stand-in; TargetError if it fails and *check* is True.

    *told* goes to standard input, so that no list of processes shows it.
    """
    done = subprocess.run(
        command(suite, *arguments),
        cwd=current_project().root,
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode != 0:
        raise TargetError(f"standin {arguments[0]}: {done.stderr.strip() or f'exit {done.returncode}'}")
    return done


def command(suite: Suite, *arguments: str) -> list[str]:
    """The command line of the stand-in; TargetError where the suite has none."""
    if suite.embedded is None:
        raise TargetError(f"suite {suite.name!r} has no embedded target; name a file in targets/ with --target")
    return [sys.executable, "-m", suite.embedded.module, *arguments]


@contextmanager
def booted(
    suite: Suite, owner_pid: int, baseline: bool = False, profile: str | None = None, *, bare: bool = False
) -> Iterator[dict[str, Any]]:
    """
    The state of a new stand-in with that *profile*; it ends with this block, or when the process *owner_pid* ends.

    A *bare* one runs the service and its dependencies only. TargetError if it does not start.
    """
    chosen = [
        *(["--baseline"] if baseline else []),
        *(["--profile", profile] if profile else []),
        *(["--bare"] if bare else []),
    ]
    start = command(suite, "up", "--json", "--owner-pid", str(owner_pid), *chosen)
    with subprocess.Popen(
        start, cwd=current_project().root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        line = process.stdout.readline() if process.stdout else ""
        if not line.strip():
            complaint = process.stderr.read().strip().splitlines() if process.stderr else []
            raise TargetError(f"the stand-in did not start: {complaint[-1] if complaint else 'it said nothing'}")
        try:
            yield json.loads(line)
        finally:
            end(process)


def end(process: "subprocess.Popen[str]") -> None:
    """End a stand-in; after END_S seconds it is killed, and its child processes with it: no decision waits for a slow end."""
    process.terminate()
    try:
        process.communicate(timeout=END_S)
    except subprocess.TimeoutExpired:
        process.kill()
