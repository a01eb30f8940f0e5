"""Time and memory to verify and judge a large ledger: python -m benchmarks.ledger FOLDER [RECORDS], as one JSON line."""

import argparse
import json
import resource
import time
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from rollout.evidence import Journal, Origin, read_ledger
from rollout.evidence.records import (
    Canary,
    LoadFacts,
    LoadGenerator,
    LoadScenarios,
    LoadSecond,
    LoadWindow,
    LoadWorkers,
    Record,
    Sample,
    Slot,
    TestOutcome,
    WatchFacts,
)
from rollout.evidence.row import columns
from rollout.judge.decide import decide
from rollout.plan import load_plan

PHASE = "phase3"
NAMES = ("projects.list", "projects.open", "tasks.start", "tasks.follow", "reports.download")
RATE = 10
SECONDS = 43_200  # length of one load run
SLOTS, TESTS = 0.04, 0.01  # shares of the ledger's records: a week of samples, and some hundred runs of the checks
BEGIN = time.time() - 86_400.0


def make(folder: Path, records: int) -> None:
    """Write a ledger of about *records* records: load runs of twelve hours, a monitor, and checks."""
    slots, tests = round(SLOTS * records), round(TESTS * records)
    seconds = (records - slots - tests) // 2
    for _ in range(0, seconds, SECONDS):
        load(folder, min(SECONDS, seconds))
        seconds -= SECONDS
    watch(folder, slots)
    check(folder, tests)


def origin(producer: str) -> Origin:
    """An origin in phase 3."""
    facts = {"producer": producer, "phase": PHASE, "target": "t", "environment": "production", "release": "r"}
    return Origin.model_validate({**facts, "plan": "p"})


def load(folder: Path, seconds: int) -> None:
    """Write a load run of *seconds* seconds, with a reading of the generator in each."""
    luck, first = Random(seconds), int(BEGIN)
    facts = LoadFacts(users=RATE, actions_per_minute=60, slice_s=30, least_requests=1000, hold_s=seconds)
    with Journal(folder, origin("load"), t=BEGIN, load=facts, columns=columns((500, 1000))) as journal:
        journal.append(LoadWorkers(present=1, expected=1, lost=()))
        journal.append(LoadScenarios(names=dict.fromkeys(NAMES, "reviewer")))
        journal.append(LoadWindow(first=first, last=first + seconds - 1, ready=RATE))
        for at in range(first, first + seconds):
            rows = {name: row(luck) for name in NAMES}
            journal.append(LoadSecond(second=at, planned=RATE, sent=RATE, names=rows))
            busy = round(20 + 5 * luck.random(), 1)
            journal.append(LoadGenerator(worker="w", second=at, cpu_percent=busy, steal_percent=0.1, lag_p99_ms=2.13))
        journal.append(Canary(written=9, verified=9, missing=(), altered=()))


def row(luck: Random) -> list[float]:
    """The row of two good requests."""
    return [2, 2, 0, 0, 0, round(80 * luck.random() + 10, 1), 0, 0]


def watch(folder: Path, slots: int) -> None:
    """Write rounds of the monitor, every 15 s, in journals of a quarter of an hour."""
    for begin in range(0, slots, 60):
        facts = WatchFacts(interval_s=15, for_s=900, step="10-percent")
        with Journal(folder, origin("watch"), t=BEGIN, watch=facts) as journal:
            for number in range(begin, min(begin + 60, slots)):
                journal.append(Slot(due=BEGIN + 15 * number, number=number, samples=samples(number)))


def samples(number: int) -> dict[str, Sample]:
    """Five samples of a healthy system."""
    return {
        "service.available": Sample(value=1, text="200 in 12 ms"),
        "database.connections_percent": Sample(value=20.0 + number % 7, text="13 of 30", used=13, capacity=30),
        "redis.memory_percent": Sample(value=3.2, text="2 of 64 MiB", used=2 << 20, capacity=64 << 20),
        "celery.queue_tasks": Sample(value=float(number % 3), text="2 waiting, 0 handed out"),
        "celery.workers_count": Sample(value=1, text="1 answered"),
    }


def check(folder: Path, outcomes: int) -> None:
    """Write outcomes of one check."""
    node, name = "smoke/test_health.py::test_it_answers", f"{PHASE}.services-healthy"
    passed: Record = TestOutcome(node=node, criteria=(name,), outcome="passed", duration_s=0.1, message="")
    for _ in range(0, outcomes, 100):
        with Journal(folder, origin("pytest"), t=BEGIN, checks={name: [node]}) as journal:
            for _ in range(100):
                journal.append(passed)


def peak_mb(whose: int) -> float:
    """The peak memory in MB of this process, or of the largest of its children."""
    return resource.getrusage(whose).ru_maxrss / 1024


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    made.add_argument("folder", type=Path, metavar="FOLDER", help="where the ledger is")
    made.add_argument("records", type=int, nargs="?", metavar="RECORDS", help="make one of that many, measure nothing")
    return made


def main() -> None:
    """Write the ledger if RECORDS is given, else verify and judge it."""
    asked = parser().parse_args()
    folder: Path = asked.folder
    if asked.records is not None:
        make(folder, asked.records)
        return
    began, cpu = perf_counter(), process_time()
    ledger = read_ledger([folder])
    read, reading_mb = perf_counter() - began, peak_mb(resource.RUSAGE_SELF) + peak_mb(resource.RUSAGE_CHILDREN)
    now = max(run.started.t for run in ledger.runs) + 60.0
    decision = decide(load_plan(), PHASE, ledger, now, release="r")
    took, used = perf_counter() - began, process_time() - cpu
    peak = max(reading_mb, peak_mb(resource.RUSAGE_SELF))
    said = {"read_s": round(read, 2), "seconds": round(took, 2), "cpu_s": round(used, 2), "peak_mb": round(peak)}
    print(json.dumps({**said, "bytes": sum(path.stat().st_size for path in folder.iterdir()), "line": decision.line}))


if __name__ == "__main__":
    main()
