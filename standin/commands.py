"""The actions of the commands."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from standin import running_stacks
from standin.control import ask
from standin.errors import FAILED, USAGE, StandinError
from standin.liveness import running
from standin.paths import PACKAGE_ROOT
from standin.running_stacks import RunningStack
from standin.state_file import State, load

DOWN_WITHIN = 10.0


def up(arguments: argparse.Namespace) -> int:
    """Boot, in the foreground or behind a parent that waits for the state line."""
    from standin.daemon import detach, supervise

    return detach(arguments) if arguments.keep else supervise(arguments, _print_state)


def _print_state(state: State) -> None:
    print(state.line(), flush=True)


def down(arguments: argparse.Namespace) -> int:
    """End a stand-in and wait until it is gone."""
    from standin.daemon import wait_for_end

    state = find(arguments.dir)
    try:
        ask(state.control, {"verb": "stop"})
    except StandinError:
        if running(state.supervisor_pid):
            os.kill(state.supervisor_pid, signal.SIGTERM)
    if not wait_for_end(state.supervisor_pid, DOWN_WITHIN):
        os.kill(state.supervisor_pid, signal.SIGKILL)  # its reaper ends and deletes the rest
        wait_for_end(state.supervisor_pid, DOWN_WITHIN)
    running_stacks.sweep()
    return 0


def status(arguments: argparse.Namespace) -> int:
    """Print which services are alive; exit code not 0 if one is dead."""
    state = find(arguments.dir)
    alive = ask(state.control, {"verb": "status"})["alive"]
    if arguments.json:
        print(json.dumps({"dir": state.dir, "version": state.version, "base_url": state.base_url, "alive": alive}))
    else:
        print(f"{state.name}: {state.version} at {state.base_url} in {state.dir}")
        for name, service in state.services.items():
            word = "alive" if alive.get(name) else "DEAD"
            print(f"  {name:<10} {word:<6} pid {service.pid:<8} port {service.port or '-'}")
    dead = sorted(name for name, is_alive in alive.items() if not is_alive)
    if dead:
        print(f"standin: dead: {', '.join(dead)}", file=sys.stderr)
    return FAILED if dead else 0


def list_running(arguments: argparse.Namespace) -> int:
    """Print the running stand-ins, one per line."""
    found = running_stacks.running()
    if arguments.json:
        print(json.dumps([asdict(entry) for entry in found]))
    else:
        for entry in found:
            print(f"{entry.name}\t{entry.supervisor_pid}\t{entry.dir}")
    return 0


def kill(arguments: argparse.Namespace) -> int:
    """kill -9 one service."""
    return _tell(arguments, "kill")


def start(arguments: argparse.Namespace) -> int:
    """Start one dead service."""
    return _tell(arguments, "start")


def _tell(arguments: argparse.Namespace, verb: str) -> int:
    answer = ask(find(arguments.dir).control, {"verb": verb, "service": arguments.service})
    print(json.dumps(answer) if arguments.json else f"{arguments.service}: {verb} done, process {answer['pid']}")
    return 0


def fault(arguments: argparse.Namespace) -> int:
    """Switch a fault on or off."""
    from standin.fault_command import fault as perform

    return perform(_found_or_none(arguments.dir) if arguments.list else find(arguments.dir), arguments)


def back_up(arguments: argparse.Namespace) -> int:
    """Take a backup now."""
    from standin import backup

    print(backup.take(find(arguments.dir)))
    return 0


def serve_copy(arguments: argparse.Namespace) -> int:
    """Serve a copy of the database until ended."""
    from standin.on_copy import serve_on_copy

    serve_on_copy(find(arguments.dir))
    return 0


def _found_or_none(directory: str | None) -> State | None:
    try:
        return find(directory)
    except StandinError:
        return None


def find(directory: str | None) -> State:
    """The stand-in in *directory*, or the only running one of this checkout."""
    if directory is not None:
        return load(Path(directory))
    found = running_stacks.running()
    here = [state for state in map(state_of, found) if state and state.checkout == str(PACKAGE_ROOT)]
    if len(here) == 1:
        return here[0]
    if here:
        names = ", ".join(state.dir for state in here)
        raise StandinError(f"several stand-ins are running; say which by --dir: {names}", USAGE)
    others = f"; of other checkouts, by --dir: {', '.join(entry.dir for entry in found)}" if found else ""
    raise StandinError(f"no stand-in of this checkout is running; way out: `up --keep`{others}", USAGE)


def state_of(entry: RunningStack) -> State | None:
    """The state of a running stand-in; None while it starts or ends, or where another version wrote it."""
    try:
        return load(Path(entry.dir))
    except StandinError:
        return None


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "up": up,
    "down": down,
    "status": status,
    "list": list_running,
    "kill": kill,
    "start": start,
    "fault": fault,
    "backup": back_up,
    "application": serve_copy,
}
