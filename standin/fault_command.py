"""The `fault` command: turn a fault of a running stand-in on or off."""

import argparse
import contextlib
import difflib
import json
import sys
from pathlib import Path
from typing import Any

from standin import fault_file
from standin.errors import USAGE, StandinError
from standin.faults import CATALOGUE
from standin.state_file import State

FROM_INPUT = "-"  # read the name from standard input, so that no list of processes shows it


def fault(state: State | None, arguments: argparse.Namespace) -> int:
    """Run one form of the command; the list of faults needs no running stand-in."""
    if arguments.list:
        return show(state, arguments.json)
    if state is None:
        raise StandinError("no stand-in is running; way out: `up --keep`", USAGE)
    if arguments.clear:
        return clear(state)
    if arguments.name is None:
        raise StandinError("which fault? give a name, --list or --clear", USAGE)
    if name := named(arguments.name):
        known(name)
        if arguments.off:
            turn_off(state, name)
        else:
            turn_on(state, name, parse(arguments.params))
    return 0


def named(name: str) -> str:
    """The given name, or for `-` a line of standard input; an empty line switches nothing."""
    return sys.stdin.readline().strip() if name == FROM_INPUT else name


def known(name: str) -> None:
    """Raise StandinError for a name that is not in the catalogue."""
    if name in CATALOGUE:
        return
    near = difflib.get_close_matches(name, CATALOGUE, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else "; `fault --list` names them all"
    raise StandinError(f"no fault {name!r}{hint}", USAGE)


def parse(pairs: list[str]) -> dict[str, Any]:
    """`key=value`, where the value is JSON if it looks like it, else text."""
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise StandinError(f"{pair!r} is not key=value", USAGE)
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def turn_on(state: State, name: str, params: dict[str, Any]) -> None:
    """Enter the fault in the file and run its action; if that fails, remove the entry."""
    from standin.fault_actions import ACTIONS

    path = Path(state.faults_file)
    fault_file.set_on(path, name, params)
    with contextlib.ExitStack() as undo:
        undo.callback(fault_file.set_off, path, name)
        if name in ACTIONS:
            ACTIONS[name].on(state, {**CATALOGUE[name].defaults, **params})
        undo.pop_all()


def turn_off(state: State, name: str) -> None:
    """Remove the fault from the file and run the action that repairs it."""
    from standin.fault_actions import ACTIONS

    path = Path(state.faults_file)
    params = {**CATALOGUE[name].defaults, **fault_file.active(path).get(name, {})}
    fault_file.set_off(path, name)
    if name in ACTIONS:
        ACTIONS[name].off(state, params)


def clear(state: State) -> int:
    """Turn every fault off, flags first, then the last one first: a dead service starts before its data is repaired."""
    from standin.fault_actions import ACTIONS

    on = list(reversed(fault_file.active(Path(state.faults_file))))
    for name in sorted(on, key=lambda name: name in ACTIONS):  # faults without an action first
        turn_off(state, name)
    return 0


def show(state: State | None, as_json: bool) -> int:
    """Print the catalogue with the active faults."""
    on = fault_file.active(Path(state.faults_file)) if state else {}
    if as_json:
        print(json.dumps([_described(name, name in on) for name in sorted(CATALOGUE)]))
        return 0
    for name in sorted(CATALOGUE):
        print(f"{'ON ' if name in on else '   '} {name:<32} {CATALOGUE[name].sentence}")
    return 0


def _described(name: str, on: bool) -> dict[str, Any]:
    found = CATALOGUE[name]
    described = {"name": name, "kind": found.kind, "sentence": found.sentence, "breaks": list(found.breaks)}
    return {**described, "defaults": dict(found.defaults), "on": on}
