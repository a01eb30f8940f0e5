"""Time and memory to judge ten million requests: python -m benchmarks.judging SECONDS PER_SECOND NAMES, as one JSON line."""

import json
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

from rollout.evidence import JournalState, Origin, Record, Run
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import (
    LoadFacts,
    LoadGenerator,
    LoadSecond,
    LoadWindow,
    LoadWorkers,
    RunFinished,
    RunStarted,
)
from rollout.evidence.row import columns
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.plan import EvidenceSource, load_plan

START = 1_800_000_000
COLUMNS = columns((500, 1000))


def run(seconds: int, per_second: int, names: int) -> Run:
    """A complete load run of *seconds* seconds, with its requests distributed over *names* names."""
    each = per_second // names
    total = each * names
    records: list[Record] = [started(seconds, total), LoadWorkers(present=1, expected=1, lost=())]
    records.append(LoadWindow(first=START, last=START + seconds - 1))
    for at in range(seconds):
        rows = {f"name.{number}": [each, each, 0, 0, 0, each * 40.0, at % 3, 0] for number in range(names)}
        records.append(LoadSecond(second=START + at, planned=total, sent=total, names=rows))
        records.append(LoadGenerator(second=START + at, worker="w", cpu_percent=20.0))
    records.append(RunFinished(records=len(records)))
    return run_of(Path("one.jsonl"), JournalState.COMPLETE, records)


def started(seconds: int, users: int) -> RunStarted:
    """A load run of phase 3."""
    facts = LoadFacts(users=users, actions_per_minute=60, slice_s=1, least_requests=1000, hold_s=seconds)
    about = Origin(producer="load", phase="phase3", target="t", environment="production", release="r", plan="p")
    return RunStarted(t=START - 1.0, run="one", known=(), **about.model_dump(), load=facts, columns=COLUMNS)


def main() -> None:
    """Judge every load budget of phase 3 once."""
    seconds, per_second, names = (int(word) for word in sys.argv[1:])
    plan = load_plan()
    phase = plan.phase("phase3")
    evidence = run(seconds, per_second, names)
    criteria = [item for item in plan.criteria_of("phase3") if item.source is EvidenceSource.LOAD]
    cases = [Case(item, phase, (evidence,), START + seconds + 60.0) for item in criteria]
    began, cpu = perf_counter(), process_time()
    verdicts = {case.criterion.id: finding_of(case).verdict.name for case in cases}
    took, used = perf_counter() - began, process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"requests": seconds * (per_second // names) * names, "seconds": round(took, 2), "cpu_s": round(used, 2)}
    print(json.dumps({**said, "peak_mb": round(peak), "verdicts": verdicts}))


if __name__ == "__main__":
    main()
