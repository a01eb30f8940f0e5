"""Run the stages and write the gate's own journal; stop early for ROLLBACK, or where no system is left to measure."""

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from signal import SIGINT
from typing import IO, Protocol
from urllib.parse import urlsplit

from rollout.clean_text import clean
from rollout.evidence import Journal, JournalState, Run, read_ledger
from rollout.evidence.reader import read_run
from rollout.evidence.records import StageFinished, StageLeftOut, StoppedEarly
from rollout.gate.stages import Job, Stage, load_lacks, results_of_allure, stages, surroundings
from rollout.judge.decide import decide
from rollout.judge.gate_stages import LOAD
from rollout.judge.integrity import OPEN
from rollout.judge.verdict import Outcome
from rollout.project import current_project
from rollout.same_release import SameRelease
from rollout.target.redact import Redactor

END_S = 10
KNOCK_S = 5
TIMED_OUT = 124
PORTS = {"http": 80, "https": 443}


class Display(Protocol):
    """Where a gate shows its progress."""

    def begin(self, stage: str, position: int, total: int) -> None: ...
    def tell(self, stage: str, line: str) -> None: ...
    def end(self, stage: str, exit_code: int, seconds: float) -> None: ...


def run_stages(job: Job, journal: Journal, display: Display) -> str:
    """Run every stage, unless one makes the later ones useless; the reason for that, or an empty string."""
    planned, build = stages(job), SameRelease(job.suite, job.target)
    shutil.rmtree(results_of_allure(job), ignore_errors=True)  # one run is one report
    if lacking := load_lacks(job):
        journal.append(StageLeftOut(stage=LOAD, lacking=tuple(lacking)))
    for position, stage in enumerate(planned, start=1):
        display.begin(stage.name, position, len(planned))
        began = time.monotonic()
        before = {path.stem for path in job.journals.glob("*.jsonl")}
        codes = run(stage, display, Redactor(job.target))
        seconds = time.monotonic() - began
        left = new_runs(job, before)
        code, did, other = max(codes, key=abs), worked(stage, codes, left), build.other()
        if other:
            display.tell(stage.name, f"error: another release answers now, {clean(other)}: start the gate again for it")
        elif not left:
            display.tell(stage.name, "error: it left no journal, so nothing it did counts")
        elif not did:
            display.tell(stage.name, f"error: it failed (exit {code}), so it proves nothing until it runs again")
        journal.append(
            StageFinished(
                stage=stage.name,
                exit=code,
                seconds=round(seconds, 3),
                journals={run.path.stem: OPEN if run.state is JournalState.OPEN else run.tail for run in left},
                worked=did and not other,
                other=other,
            )
        )
        display.end(stage.name, code, seconds)
        later = tuple(each.name for each in planned[position:])
        if later and (reason := why_stop(job, stage.name)):
            journal.append(StoppedEarly(after=stage.name, outcome=reason.partition(" ")[0], left_out=later))
            return f"{reason} after {stage.name}: {', '.join(later)} left out"
    return ""


def why_stop(job: Job, stage: str) -> str:
    """
    Why later stages are useless, with the outcome first; empty if they are not.

    A ROLLBACK is certain in every state. A NO-GO alone does not stop the gate: a later stage may find a reason for a
    ROLLBACK, as long as there is a system to measure.
    """
    worst = verdict_so_far(job)
    if worst is Outcome.ROLLBACK or (worst is Outcome.NO_GO and job.fail_fast):
        return f"{worst} is certain"
    if worst is Outcome.NO_GO and not listens(job.target.url()):
        return f"{worst} is certain and nothing listens at {job.target.url()}"
    return ""


def listens(url: str) -> bool:
    """Whether the system accepts a connection at all."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or PORTS[parts.scheme]), timeout=KNOCK_S):
            return True
    except OSError:
        return False


def worked(stage: Stage, codes: list[int], left: list[Run]) -> bool:
    """Whether a stage and the processes beside it ended with a permitted code, each with a whole journal."""
    whole = [run.producer for run in left if run.state is JournalState.COMPLETE]
    each = (stage, *stage.parallel)
    brought = all(one.producer in whole if one.producer else whole for one in each)
    return brought and all(code in one.ends for one, code in zip(each, codes, strict=True))


def new_runs(job: Job, before: set[str]) -> list[Run]:
    """The journals that a stage left, without those of other processes in the same folder."""
    runs = [read_run(path) for path in job.journals.glob("*.jsonl") if path.stem not in before]
    return [run for run in runs if not run.trusted or run.started.parent == job.parent]


def verdict_so_far(job: Job) -> Outcome:
    """The outcome of the ledger at this moment."""
    ledger = read_ledger([job.journals], release=job.release)
    decision = decide(
        job.plan, job.phase.id, ledger, time.time(), release=job.release, window_s=job.window_s, prerequisites=()
    )
    return decision.outcome


def run(stage: Stage, display: Display, redact: Redactor) -> list[int]:
    """
    Run a stage and what belongs beside it, and return their exit codes.

    Each is ended at its deadline, and all of them if this process is stopped.
    """
    processes = [start(each) for each in (stage, *stage.parallel)]
    readers = [
        reader(each, process, display, redact)
        for each, process in zip((stage, *stage.parallel), processes, strict=True)
    ]
    try:
        began = time.monotonic()
        codes = [
            ended(each, process, began + each.within_s, display)
            for each, process in zip((stage, *stage.parallel), processes, strict=True)
        ]
        for thread in readers:
            thread.join(timeout=END_S)
        return codes
    finally:
        for process in processes:
            end(process)


def ended(stage: Stage, process: subprocess.Popen[str], until: float, display: Display) -> int:
    """The exit code of a process; one that still runs at *until* is ended, and TIMED_OUT is its code."""
    try:
        return process.wait(timeout=max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        display.tell(stage.name, f"error: it did not end within {stage.within_s:.0f} s; it was ended")
        end(process)
        return TIMED_OUT


def start(stage: Stage) -> subprocess.Popen[str]:
    """Start one process of a stage under the guard, so that it dies with this one. Its output is read line by line."""
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
    """End a process that still runs; only then close the pipe whose end would kill it."""
    if process.poll() is None:
        process.send_signal(SIGINT)  # pytest removes its test data, load and watch seal their journals
        try:
            process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()


def lines_of(stream: IO[str]) -> Iterator[str]:
    """The lines of a stream until its end, or until it is closed."""
    while True:
        try:
            line = stream.readline()
        except ValueError:  # it was closed meanwhile; bytes that are no text are replaced
            return
        if not line:
            return
        yield line


def reader(stage: Stage, process: subprocess.Popen[str], display: Display, redact: Redactor) -> threading.Thread:
    """A thread that shows the output of a process."""

    def read(stream: IO[str], tell: Callable[[str, str], None]) -> None:
        with stream:
            for line in lines_of(stream):
                if line.strip():
                    tell(stage.name, clean(redact(line.rstrip())))

    assert process.stdout is not None
    thread = threading.Thread(target=read, args=(process.stdout, display.tell), daemon=True)
    thread.start()
    return thread
