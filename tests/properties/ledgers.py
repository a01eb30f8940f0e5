"""Ledgers for the small plan of tests/judge, kept in memory and drawn at random."""

import hashlib
from pathlib import Path

from hypothesis import strategies as st

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import (
    Attestation,
    Drill,
    Record,
    RunStarted,
    Sample,
    Slot,
    TestOutcome,
    TestsCollected,
    TestStatus,
    WatchFacts,
)
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome as Decided
from rollout.plan.parse import plan_hash
from tests.dated import dated
from tests.judge.ledgers import CHECK, NOW, PLAN, RELEASE

INTERVAL = 30.0
ROUNDS = 121
KINDS = ("pytest", "attest", "drill", "watch")


def started(producer: str, number: int, at: float, **more: object) -> RunStarted:
    """The first record of run *number*, made on staging unless *more* says otherwise."""
    watch = WatchFacts(interval_s=INTERVAL, for_s=3600, step="all") if producer == "watch" else None
    facts: dict[str, object] = {
        "t": at,
        "run": hashlib.sha256(str(number).encode()).hexdigest()[:16],
        "known": (),
        "producer": producer,
        "phase": "stage",
        "target": "blue",
        "environment": "staging",
        "release": RELEASE,
        "plan": plan_hash(PLAN),
        "parent": None,
        "window_s": None,
        "not_applicable": {},
        "checks": {"stage.answers": (CHECK,)} if producer == "pytest" else {},
        "watch": watch,
    }
    return RunStarted(**{**facts, **more})  # type: ignore[arg-type]


def run(first: RunStarted, records: list[Record], state: JournalState = JournalState.COMPLETE) -> Run:
    """A run with a file name that fits its content."""
    path = Path(f"{first.t:020.6f}Z-{first.producer}-{first.run[:8]}.jsonl")
    made = run_of(path, state, dated(first.t, [first, *records]))
    tail = hashlib.sha256(f"{first}{records}".encode()).hexdigest()
    return Run(path, state, made.records, "cut short" if state is JournalState.TORN else "", tail)


def outcomes(outcome: TestStatus) -> list[Record]:
    """One check with *outcome*."""
    return [
        TestOutcome(node=CHECK, criteria=("stage.answers",), outcome=outcome, duration_s=0.1, message="why"),
        TestsCollected(nodes={"stage.answers": (CHECK,)}),
    ]


def signed(accepted: bool, roles: tuple[str, ...] = ("owner", "tester")) -> list[Record]:
    """The signature of each of *roles*, each by its own person."""
    return [
        Attestation(criterion="stage.signed", by=f"Kim {role[::-1]}", role=role, statement="seen", accepted=accepted)
        for role in roles
    ]


def exercised(passed: bool) -> list[Record]:
    """One drill."""
    return [Drill(criterion="stage.drilled", passed=passed, reason="flag was off after 2 s", value="2 s")]


def rounds(begin: float, queue: float = 3.0, up: float = 1.0, count: int = ROUNDS) -> list[Record]:
    """Rounds of the monitor from *begin* on, each with the same samples."""
    samples = {
        "celery.queue_tasks": Sample(value=queue),
        "celery.workers_count": Sample(value=1.0),
        "service.available": Sample(value=up),
    }
    return [Slot(due=begin + number * INTERVAL, number=number, samples=samples) for number in range(count)]


def good(producer: str, number: int, at: float, **more: object) -> Run:
    """A run that meets every criterion of its producer."""
    records = {
        "pytest": lambda: outcomes("passed"),
        "attest": lambda: signed(True),
        "drill": lambda: exercised(True),
        "watch": lambda: rounds(at),
    }
    return run(started(producer, number, at, **more), records[producer]())


def bad(producer: str, number: int, at: float, **more: object) -> Run:
    """A run that breaks a criterion."""
    records = {
        "pytest": lambda: outcomes("failed"),
        "attest": lambda: signed(False),
        "drill": lambda: exercised(False),
        "watch": lambda: rounds(at, queue=500.0, up=0.0),
    }
    return run(started(producer, number, at, **more), records[producer]())


def begins(producer: str, age: float) -> float:
    """The start of a run of *age* (seconds between its end and now)."""
    return NOW - age - (ROUNDS * INTERVAL if producer == "watch" else 0.0)


@st.composite
def ledgers(draw: st.DrawFn, most: int = 8) -> tuple[Run, ...]:
    """Runs of every producer, good and bad, whole and cut short, with pauses between them."""
    made = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(KINDS), max_size=most))):
        age = draw(st.sampled_from([0.0, 60.0, 600.0, 7200.0, 40_000.0])) + number + 0.5
        worth = draw(st.sampled_from([good, good, good, bad]))
        whole = draw(st.sampled_from([True, True, True, False]))
        item = worth(kind, number, begins(kind, age))
        made.append(item if whole else cut(item, draw(st.integers(1, len(item.records)))))
    return tuple(made)


def meeting(first: int = 100, age: float = 1.0) -> tuple[Run, ...]:
    """One good run of each producer: together they give GO."""
    return tuple(good(kind, first + number, begins(kind, age + number)) for number, kind in enumerate(KINDS))


def cut(whole: Run, length: int) -> Run:
    """The same run cut short after its first *length* records."""
    return Run(
        whole.path, JournalState.TORN, whole.records[:length], f"{whole.path.name}: has no end", f"cut at {length}"
    )


def judged(runs: tuple[Run, ...], now: float = NOW) -> Decision:
    """The judge's decision about the release of the small plan."""
    return decide(PLAN, "stage", Ledger(runs), now, release=RELEASE)


def outcome(runs: tuple[Run, ...], now: float = NOW) -> Decided:
    """The outcome of that decision."""
    return judged(runs, now).outcome
