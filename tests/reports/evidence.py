"""Journals of phase 1 in the form of its producers, good or bad, for tests of the pictures."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from hdrh.histogram import HdrHistogram

from rollout.evidence import Ledger, Origin, read_ledger
from rollout.evidence.records import (
    Attestation,
    Canary,
    LoadFacts,
    LoadGenerator,
    LoadHistogram,
    LoadScenarios,
    LoadSecond,
    LoadWindow,
    LoadWorkers,
    Sample,
    Slot,
    TestOutcome,
    TestsCollected,
    WatchFacts,
)
from rollout.evidence.row import Row, columns
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.plan import EvidenceSource, Plan, load_plan
from rollout.plan.parse import plan_hash
from tests.dated import DatedJournal

NOW = 1_795_435_200  # 2026-11-23 12:00:00 UTC
RELEASE = "2.0.0+standin.1a2b3c"
SLOW_MS = (500.0, 1000.0)
COLUMNS = columns(SLOW_MS)
WINDOW_S = 120.0
PROFILE = load_plan().phase("phase1").load
assert PROFILE is not None
FACTS = LoadFacts(
    users=PROFILE.users,
    actions_per_minute=PROFILE.mean_actions_per_minute(),
    hold_s=PROFILE.hold,
    slice_s=1,
    least_requests=1000,
    slow_ms=SLOW_MS,
    seed="7",
)
USERS, HOLD_S = PROFILE.users, round(PROFILE.hold)
PER_SECOND = round(USERS * FACTS.actions_per_minute / 60)
NAMES = {"projects.list": 0.5, "projects.open": 0.1, "tasks.start": 0.1, "tasks.follow": 0.1, "reports.download": 0.2}


@dataclass
class Run:
    """The conditions of a load run: error and slow shares by second, and the usual latency in ms."""

    seconds: int = HOLD_S
    typical_ms: float = 24.0
    failing: dict[int, float] = field(default_factory=dict)
    slow: dict[int, float] = field(default_factory=dict)
    began: int = NOW - 120
    finish: bool = True
    names: dict[str, float] = field(default_factory=lambda: dict(NAMES))

    def scenario_of(self, name: str) -> str:
        """The scenario of a request name: the lead for reports, else the reviewer."""
        return "lead" if name.startswith("reports.") else "reviewer"


class NamedJournal(DatedJournal):
    """A journal whose file name has the start of its run, so that pages show a plausible age."""

    def __init__(self, folder: Path, whose: Origin, *, t: float, **more: Any) -> None:
        with patch("rollout.evidence.journal.time", SimpleNamespace(time=lambda: t)):
            super().__init__(folder, whose, t=t, **more)


def origin(plan: Plan, producer: str, **more: Any) -> Origin:
    """An origin in phase 1 on the embedded target."""
    facts = {"producer": producer, "phase": "phase1", "target": "standin", "environment": "standin", "release": RELEASE}
    return Origin.model_validate({**facts, "plan": plan_hash(plan), **more})


def checks(folder: Path, plan: Plan, failed: str = "", message: str = "") -> None:
    """Write a run of every check; that of criterion *failed* fails with *message*."""
    ids = [f"phase1.{item.id}" for item in plan.criteria_of("phase1") if item.source is EvidenceSource.TESTS]
    nodes: dict[str, tuple[str, ...]] = {
        name: (f"smoke/test_all.py::test_{name.partition('.')[2].replace('-', '_')}",) for name in ids
    }
    with NamedJournal(folder, origin(plan, "pytest"), t=NOW - 200, checks=nodes) as journal:
        for name, found in nodes.items():
            bad = name == f"phase1.{failed}"
            journal.append(
                TestOutcome(
                    node=found[0],
                    criteria=(name,),
                    outcome="failed" if bad else "passed",
                    duration_s=0.21,
                    message=message if bad else "",
                    measured={"answer_ms": 12.5} if "healthy" in name else {},
                )
            )
        journal.append(TestsCollected(nodes=nodes))


def load(folder: Path, plan: Plan, run: Run) -> None:
    """Write a load run as planned, with one request for each arrival."""
    luck = random.Random(7)
    journal = NamedJournal(folder, origin(plan, "load"), t=run.began, load=FACTS, columns=COLUMNS)
    journal.append(LoadWorkers(present=1, expected=1, lost=()))
    journal.append(LoadScenarios(names={name: run.scenario_of(name) for name in run.names}))
    journal.append(LoadWindow(first=run.began + 5, last=run.began + 4 + run.seconds, ready=USERS))
    histograms = {name: HdrHistogram(1, 600_000_000, 3) for name in run.names}
    for second in range(run.seconds + 5):
        arrivals = PER_SECOND if second >= 5 else PER_SECOND * (second + 1) // 5
        rows = {name: Row.empty(len(SLOW_MS)) for name in run.names}
        for _ in range(arrivals):
            name = luck.choices(list(run.names), list(run.names.values()))[0]
            request(rows[name], histograms[name], luck, run, second)
        journal.append(
            LoadSecond(
                second=run.began + second,
                planned=arrivals,
                sent=arrivals,
                names={name: row.written() for name, row in rows.items()},
            )
        )
        journal.append(
            LoadGenerator(
                second=run.began + second,
                worker="local",
                cpu_percent=21.0,
                steal_percent=0.0,
                lag_p99_ms=2.1,
            )
        )
    journal.append(Canary(written=40, verified=40, missing=(), altered=()))
    for name, histogram in histograms.items():
        journal.append(LoadHistogram(name=name, encoded=histogram.encode().decode()))
    journal.finish() if run.finish else journal.abandon()


def request(row: Row, histogram: HdrHistogram, luck: random.Random, run: Run, second: int) -> None:
    """Count one request as the generator does."""
    ms = luck.lognormvariate(0, 0.5) * run.typical_ms
    if luck.random() < run.slow.get(second, 0):
        ms = 500 + luck.expovariate(1 / 300)
    failed = luck.random() < run.failing.get(second, 0)
    row.due += 1
    row.n += 1
    row.err += failed
    row.total_ms = round(row.total_ms + ms, 1)
    row.slow = [count + (not failed and ms >= limit) for count, limit in zip(row.slow, SLOW_MS, strict=True)]
    histogram.record_value(int(ms * 1000))


def watch(
    folder: Path, plan: Plan, values: dict[int, dict[str, Sample]] | None = None, slots: int = 60, every: float = 2.0
) -> None:
    """Write samples every two seconds until now; *values* replaces samples by slot number."""
    began = NOW - slots * every
    watched = WatchFacts(interval_s=every, for_s=slots * every, step="staging")
    with NamedJournal(folder, origin(plan, "watch"), t=began, watch=watched) as journal:
        for number in range(slots):
            busy = 30 < number < 55
            samples = {
                "service.available": Sample(value=1.0, text="200"),
                "database.connections_percent": Sample(value=20.0 + 23 * busy + number % 3, text="13 of 30"),
                "redis.memory_percent": Sample(value=3.2 + number * 0.02, text="2 of 64 MB"),
                "celery.queue_tasks": Sample(value=float(6 * busy + number % 2), text="celery"),
                "celery.workers_count": Sample(value=1.0, text="1 worker"),
            }
            journal.append(
                Slot(due=began + number * every, number=number, samples=samples | (values or {}).get(number, {}))
            )


def attest(folder: Path, plan: Plan) -> None:
    """Write every signature of the phase."""
    with NamedJournal(folder, origin(plan, "attest"), t=NOW - 3600) as journal:
        for item in plan.criteria_of("phase1"):
            for role in (item.roles or ("release manager",)) if item.source is EvidenceSource.ATTESTATION else ():
                journal.append(
                    Attestation(criterion=f"phase1.{item.id}", by="Kim", role=role, statement="done", accepted=True)
                )


def gate(folder: Path, plan: Plan) -> None:
    """Write the gate that started the other producers."""
    with NamedJournal(folder, origin(plan, "gate", window_s=WINDOW_S), t=NOW - 210):
        pass


def judged(folder: Path, plan: Plan | None = None, **more: Any) -> tuple[Decision, Ledger]:
    """The decision about the journals in *folder*, as a rehearsal of two minutes."""
    ledger = read_ledger([folder])
    return decide(plan or load_plan(), "phase1", ledger, float(NOW), **{"window_s": WINDOW_S, **more}), ledger


def healthy(folder: Path) -> tuple[Decision, Ledger]:
    """A decision and ledger without faults."""
    plan = load_plan()
    for write in (checks, attest, watch):
        write(folder, plan)
    load(folder, plan, Run())
    return judged(folder, plan)


def sick(folder: Path) -> tuple[Decision, Ledger]:
    """A decision and ledger with errors, slow answers, a failed probe and a broken check."""
    plan = load_plan()
    checks(folder, plan, "readiness-notices-dependencies", 'GET /ready: got 200, want 503; body: {"status": "ready"}')
    attest(folder, plan)
    watch(folder, plan, {41: {"service.available": Sample(value=0.0, text="503")}})
    load(folder, plan, Run(failing=dict.fromkeys(range(30, 36), 0.2), slow=dict.fromkeys(range(28, 44), 0.35)))
    return judged(folder, plan)
