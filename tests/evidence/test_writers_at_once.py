"""Case 14: several gates and a watch that rotates write side by side: nothing is GO meanwhile, and nothing is in doubt afterwards."""

import subprocess
import sys
from pathlib import Path

from rollout.evidence import JournalState, Ledger, read_ledger
from rollout.judge.integrity import ledger_problems
from rollout.judge.watched_again import DecisionScope
from tests.judge.ledgers import PLAN, RELEASE

GATES, ROUNDS = 2, 12
WORKING = ("is writing it", "is ending it")
BEGINNING = (
    "has no beginning",
    "it has to lie beside",
)  # before a new file is locked, and before the first register is there
GATE = """
import sys
from pathlib import Path
from rollout.evidence import Journal
from rollout.evidence.records import StageFinished
from rollout.gate.run_stages import new_runs
from tests.evidence.test_writers_at_once import ROUNDS
from tests.judge.ledgers import origin
from types import SimpleNamespace
folder = Path(sys.argv[1])
for _ in range(ROUNDS):
    with Journal(folder, origin("gate")) as gate:
        job = SimpleNamespace(journals=folder, parent=gate.run_id)
        before = {path.stem for path in folder.glob("*.jsonl")}
        with Journal(folder, origin("pytest", parent=gate.run_id)):
            pass
        left = new_runs(job, before)
        journals = {run.path.stem: run.tail for run in left}
        gate.append(StageFinished(stage="smoke", exit=0, seconds=0.1, journals=journals, worked=True))
"""
WATCH = """
import sys
from pathlib import Path
from rollout.evidence.records import Sample
from rollout.watch import monitor
from rollout.watch.monitor import Round, watch
from tests.judge.ledgers import origin

class Looks:
    def look(self, stopped):
        return {"celery.queue_tasks": Sample(value=3.0)}
    def release(self):
        return None
    def target_waited_percent(self):
        return None

monitor.ROTATE_S = 0.0
watch(Looks(), Round(interval_s=0.02, for_s=60.0), origin("watch"), Path(sys.argv[1]), lambda line: None)
"""


def begun(program: str, folder: Path) -> "subprocess.Popen[bytes]":
    """A writer in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", program, str(folder)])


def problems(ledger: Ledger) -> list[str]:
    """Every doubt about the journals of a ledger."""
    scope = DecisionScope(PLAN, PLAN.phase("stage"), None)
    return [str(each) for each in ledger_problems(ledger, ledger.runs, scope, RELEASE)]


def test_two_gates_and_a_rotating_watch_leave_no_doubt(tmp_path: Path) -> None:
    """
    Meanwhile the only doubt is that somebody is writing or has just begun; afterwards each journal is whole and promised by its own gate.
    """
    watching = begun(WATCH, tmp_path)
    gates = [begun(GATE, tmp_path) for _ in range(GATES)]
    meanwhile: set[str] = set()
    while any(gate.poll() is None for gate in gates):
        meanwhile |= set(problems(read_ledger([tmp_path])))
    watching.terminate()
    assert [watching.wait(), *(gate.returncode for gate in gates)] == [0] * (1 + GATES)
    assert [line for line in meanwhile if not any(doing in line for doing in (*WORKING, *BEGINNING))] == []
    ledger = read_ledger([tmp_path])
    assert problems(ledger) == []
    assert {run.state for run in ledger.runs} == {JournalState.COMPLETE}
    assert len(ledger.complete("gate")) == GATES * ROUNDS
    assert len(ledger.complete("watch")) > 1
