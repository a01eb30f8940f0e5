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

FROM_INPUT = "-"  # a name that stands in no list of processes


def fault(state: State | None, arguments: argparse.Namespace) -> int:
    """Perform one form of the command; the list needs no running stand-in."""
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
    """The name as it was given, or the line of standard input that `-` stands for; an empty line switches nothing."""
    return sys.stdin.readline().strip() if name == FROM_INPUT else name


def known(name: str) -> None:
    """Refuse a name that the catalogue does not have."""
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
    """Enter it in the file; if it takes more than that and fails, take it out again."""
    from standin.fault_actions import ACTIONS

    path = Path(state.faults_file)
    fault_file.set_on(path, name, params)
    with contextlib.ExitStack() as undo:
        undo.callback(fault_file.set_off, path, name)
        if name in ACTIONS:
            ACTIONS[name].on(state, {**CATALOGUE[name].defaults, **params})
        undo.pop_all()


def turn_off(state: State, name: str) -> None:
    """Take it out of the file and make whole what was broken."""
    from standin.fault_actions import ACTIONS

    path = Path(state.faults_file)
    params = {**CATALOGUE[name].defaults, **fault_file.active(path).get(name, {})}
    fault_file.set_off(path, name)
    if name in ACTIONS:
        ACTIONS[name].off(state, params)


def clear(state: State) -> int:
    """Turn everything off, the last one first: a dead service comes back before its data is mended."""
    from standin.fault_actions import ACTIONS

    on = list(reversed(fault_file.active(Path(state.faults_file))))
    for name in sorted(on, key=lambda name: name in ACTIONS):  # the flags before the rest
        turn_off(state, name)
    return 0


def show(state: State | None, as_json: bool) -> int:
    """The catalogue, and what of it is on."""
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
