"""Trials with a known result; figures are valid only if each of them has it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.mutation.bench import Bench
from tests.mutation.frozen import Frozen
from tests.mutation.mutant import Mutant, source
from tests.mutation.semantic import Semantic, semantic
from tests.mutation.trial import Fate, Result

FILE = "rollout/judge/drill.py"
LETHAL = ("failed-drill-met", "plan-hash-constant")  # of the list
SAME_SIZE = Semantic("same-size", "rollout/statistics/e_values.py", "ALPHA = 0.05", "ALPHA = 0.95", "")


@dataclass(frozen=True)
class Control:
    """A mutant with its expected fate."""

    mutant: Mutant
    fate: Fate


def controls() -> Iterator[Control]:
    """
    The controls: unchanged code survives, obviously wrong code is killed, an infinite loop is endless.

    One of the killed ones keeps size and modification time of its file: with old bytecode it would survive.
    """
    listed = {item.id: item for item in semantic()}
    judging = listed[LETHAL[0]].mutant()
    yield Control(replace(judging, id="unchanged", text=source(FILE)), "survived")
    yield Control(replace(judging, id="a-comment", text=source(FILE) + "\n# nothing\n"), "survived")
    yield Control(SAME_SIZE.mutant(), "killed")
    for name in LETHAL:
        yield Control(listed[name].mutant(), "killed")
    item = listed[LETHAL[0]]
    forever = f"    while True:\n        pass\n{item.before}"
    yield Control(replace(item, id="endless", after=forever).mutant(), "endless")


def expect_controls(bench: Bench) -> None:
    """Print each control; SystemExit if one does not end as expected."""
    wrong = [control.mutant.id for control in controls() if not held(control, bench)]
    if not seen_by_a_process(bench.frozen):
        wrong.append("a process of its own")
    if wrong:
        raise SystemExit(f"mutate: no figures, since these controls do not end as they must: {', '.join(wrong)}")


def held(control: Control, bench: Bench) -> bool:
    """Whether a control has its expected fate, under at least one test."""
    result = bench.result(control.mutant)
    print(f"control {control.mutant.id}: {told(result)}", flush=True)
    return result.fate == control.fate and result.tests > 0


def told(result: Result) -> str:
    """The fate of a mutant in words."""
    by = f" by {result.by}" if result.by else ""
    return f"{result.fate}{by}; {result.tests} tests reach it"


def seen_by_a_process(frozen: Frozen) -> bool:
    """Whether a child process, as started by tests, imports the mutant from the copy."""
    mutant = replace(SAME_SIZE.mutant(), id="in-a-process")
    script = f"import {mutant.module} as m; print(m.__mutant__, m.__file__)"
    with frozen.changed(mutant):
        command = [sys.executable, "-c", script]
        said = subprocess.run(command, cwd=os.sep, capture_output=True, text=True, check=False).stdout
    seen = said.split(maxsplit=1) == [mutant.id, f"{frozen.root / mutant.file}\n"]
    print(f"control a process of its own: {'imports the mutant' if seen else said or 'nothing'}", flush=True)
    return seen
