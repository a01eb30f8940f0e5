"""Run the stages, write the gate's own journal, and stop early only towards NO-GO or ROLLBACK."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Protocol

from rollout.evidence import Journal, State, read_ledger
from rollout.evidence.reader import read_run
from rollout.evidence.records import StageFinished, StoppedEarly
from rollout.gate.stages import Job, Stage, stages, surroundings
from rollout.judge.decide import decide
from rollout.judge.integrity import OPEN
from rollout.judge.verdict import Outcome
from rollout.project import current_project
from rollout.target.redact import Redactor

END_S = 10


class Display(Protocol):
    """Where a gate shows how far it is."""

    def begin(self, stage: str, position: int, total: int) -> None: ...
    def tell(self, stage: str, line: str) -> None: ...
    def end(self, stage: str, exit_code: int, seconds: float) -> None: ...


def run_stages(job: Job, journal: Journal, display: Display) -> str:
    """Run every stage until one makes GO impossible; the reason for stopping early, or an empty string."""
    planned = stages(job)
    for position, stage in enumerate(planned, start=1):
        display.begin(stage.name, position, len(planned))
        began = time.monotonic()
        before = {path.stem for path in job.journals.glob("*.jsonl")}
        code = run(stage, display, Redactor(job.target))
        seconds = time.monotonic() - began
        tails = new_tails(job, before)
        if not tails:
            display.tell(stage.name, "error: it left no journal, so nothing it did counts")
        journal.append(StageFinished(stage=stage.name, exit=code, seconds=round(seconds, 3), journals=tails))
        display.end(stage.name, code, seconds)
        worst = verdict_so_far(job)
        if worst >= Outcome.NO_GO and position < len(planned):
            left = tuple(later.name for later in planned[position:])
            journal.append(StoppedEarly(after=stage.name, outcome=str(worst), left_out=left))
            return f"{worst} is certain after {stage.name}: {', '.join(left)} left out"
    return ""


def new_tails(job: Job, before: set[str]) -> dict[str, str]:
    """The journals that a stage left, by the hash of their last record; those of others at work are not its own."""
    runs = [read_run(path) for path in job.journals.glob("*.jsonl") if path.stem not in before]
    own = [run for run in runs if not run.trusted or run.started.parent == job.parent]
    return {run.path.stem: OPEN if run.state is State.OPEN else run.tail for run in own}


def verdict_so_far(job: Job) -> Outcome:
    """What the ledger says already."""
    ledger = read_ledger([job.journals], release=job.release)
    decision = decide(
        job.plan, job.phase.id, ledger, time.time(), release=job.release, window_s=job.window_s, prerequisites=()
    )
    return decision.outcome


def run(stage: Stage, display: Display, redact: Redactor) -> int:
    """Run a stage and what belongs beside it; both are ended by pid if this process is told to stop."""
    processes = [start(each) for each in (stage, *stage.beside)]
    readers = [
        reader(each, process, display, redact) for each, process in zip((stage, *stage.beside), processes, strict=True)
    ]
    try:
        codes = [process.wait() for process in processes]
        for thread in readers:
            thread.join(timeout=END_S)
        return max(codes, key=abs)
    finally:
        for process in processes:
            end(process)


def start(stage: Stage) -> subprocess.Popen[str]:
    """Start one process of a stage, guarded: it dies with this one. Its output is read line by line."""
    return subprocess.Popen(
        (sys.executable, "-m", "rollout.gate.guard", *stage.command),
        cwd=current_project().root,
        env=surroundings(stage),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def end(process: subprocess.Popen[str]) -> None:
    """End a process that is still there; only then close the pipe whose end would kill it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()


def reader(stage: Stage, process: subprocess.Popen[str], display: Display, redact: Redactor) -> threading.Thread:
    """A thread that shows what a process says."""

    def read(stream: IO[str], tell: Callable[[str, str], None]) -> None:
        with suppress(ValueError), stream:
            for line in stream:
                if line.strip():
                    tell(stage.name, redact(line.rstrip()))

    assert process.stdout is not None
    thread = threading.Thread(target=read, args=(process.stdout, display.tell), daemon=True)
    thread.start()
    return thread
