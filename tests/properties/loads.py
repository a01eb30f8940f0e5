"""Load runs for the small plan of tests/judge/loads, kept in memory: good and bad ones of every kind of record."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from msgspec import structs

from rollout.evidence import JournalState, Ledger, Record, Run
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import (
    Canary,
    ComparisonEnd,
    LoadException,
    LoadGenerator,
    LoadOffline,
    LoadRefused,
    LoadSecond,
    LoadWorkers,
    RunFinished,
    RunStarted,
)
from rollout.evidence.row import Row
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome, Verdict
from tests.dated import dated
from tests.judge.ledgers import RELEASE
from tests.judge.loads import PLAN, START, Load, row, second
from tests.judge.test_degradation import END, pairs

NOW = START + 3600.0
RULES = PLAN.model_copy(update={"criteria": tuple(each for each in PLAN.criteria if each.id != "certainly-fast")})


def load(number: int, **more: object) -> Run:
    """A whole run that starts *number* minutes after the first one, with a file name that fits its content."""
    facts: dict[str, object] = {"more": [*pairs(40.0), END], **more}
    first, *rest = (shifted(record, number * 180) for record in everything(Load(**facts).run()))  # type: ignore[arg-type]
    assert isinstance(first, RunStarted)
    own = {"run": hashlib.sha256(str(number).encode()).hexdigest()[:16], "environment": "staging", "target": "blue"}
    return run(structs.replace(first, **own), rest)


def everything(item: Run) -> Iterable[Record]:
    """All records of a run, including those that the ledger keeps in columns."""
    end = [record for record in item.records if isinstance(record, RunFinished)]
    return [*(each for each in item.records if each not in end), *item.seconds, *item.readings, *end]


def shifted(record: Record, by_s: int) -> Record:
    """The same record, *by_s* seconds later."""
    moved = {
        name: getattr(record, name) + by_s
        for name in ("t", "second", "first", "last")
        if isinstance(getattr(record, name, None), int | float)
    }
    return structs.replace(record, **moved)


def run(first: RunStarted, records: list[Record], state: JournalState = JournalState.COMPLETE) -> Run:
    """A run of these records."""
    path = Path(f"{first.t:020.6f}Z-load-{first.run[:8]}.jsonl")
    made = run_of(path, state, dated(first.t, [first, *records]))
    tail = hashlib.sha256(f"{first}{records}".encode()).hexdigest()
    return replace(made, complaint=f"{path.name}: has no end" if state is JournalState.TORN else "", tail=tail)


def cut(item: Run, length: int) -> Run:
    """The same run cut short after its first *length* records."""
    first, *records = everything(item)
    assert isinstance(first, RunStarted)
    return run(first, records[: length - 1], JournalState.TORN)


def failing(err: int, first: int = 0, until: int = 60) -> list[LoadSecond]:
    """A minute in which *err* of 20 requests fail in each second from *first* to *until*."""
    return [second(at, err=err if first <= at < until else 0) for at in range(60)]


def outage(excuses: list[Record]) -> dict[str, object]:
    """Forty seconds in which 14 of 20 requests fail, of which *excuses* tell why some did."""
    return {"seconds": failing(14, 10, 50), "more": [*excuses, *pairs(40.0), END]}


def refused(count: int) -> list[Record]:
    """What the rate limiter refused in each second of an outage."""
    return [LoadRefused(second=START + at, names={"projects.list": count}) for at in range(10, 50)]


def without_link(count: int) -> list[Record]:
    """What a worker without a link counted in each second of an outage: all of it failed."""
    names = {"projects.list": row(count, err=count).numbers()}
    return [LoadOffline(worker="w2", second=START + at, names=names) for at in range(10, 50)]


BAD: dict[str, Callable[[], dict[str, object]]] = {  # made when needed, so that none has the time of the import
    "errors": lambda: {"seconds": failing(1)},
    "an outage": lambda: {"seconds": failing(20, 10, 50)},
    "an outage, a part of it refused": lambda: outage(refused(7)),
    "an outage, a part of it without a link": lambda: outage(without_link(7)),
    "slow": lambda: {"seconds": [second(at, slow=3) for at in range(60)]},
    "a lost write": lambda: {"canary": Canary(written=9, verified=8, missing=("a",), altered=())},
    "slower than before": lambda: {"more": [*pairs(96.0), END]},
}
SPOILS: dict[str, Callable[[], Record]] = {
    "an exception": lambda: LoadException(text="out of memory"),
    "a scenario without users": lambda: LoadException(text="no login", scenario="reviewer"),
    "a lost worker": lambda: LoadWorkers(present=0, expected=1, lost=("w",)),
    "a busy processor": lambda: LoadGenerator(worker="w", second=START + 5, cpu_percent=9000.0),
    "an impossible processor": lambda: LoadGenerator(
        worker="w", second=START + 5, cpu_percent=20.0, waited_percent=-5.0
    ),
    "a link that was down": lambda: LoadOffline(worker="w", second=START + 5),
    "a second that contradicts itself": lambda: LoadSecond(
        second=START + 30, planned=0, sent=0, names={"projects.list": Row(n=9, total_ms=40.0, slow=[0, 0]).numbers()}
    ),
    "a refusal of the rate limiter": lambda: LoadRefused(second=START + 5, names={"projects.list": 1}),
    "a comparison that could not begin": lambda: ComparisonEnd(reason="closed", text="no answer"),
    "a write that nobody read back": lambda: Canary(written=3, verified=2, missing=(), altered=()),
}


def good(number: int) -> Run:
    """A run that meets every budget of the plan."""
    return load(number)


def bad(number: int, kind: str) -> Run:
    """A run that breaks one of them."""
    return load(number, **BAD[kind]())


@st.composite
def loads(draw: st.DrawFn, most: int = 4) -> tuple[Run, ...]:
    """Good and bad runs one after the other, whole and cut short."""
    made = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(["", "", *BAD]), max_size=most))):
        item = bad(number, kind) if kind else good(number)
        made.append(cut(item, draw(st.integers(1, item.count))) if draw(st.integers(0, 3)) == 0 else item)
    return tuple(made)


def judged(runs: tuple[Run, ...]) -> Decision:
    """The judge's decision about the release of the small plan."""
    return decide(RULES, "stage", Ledger(runs), NOW, release=RELEASE)


def outcome(runs: tuple[Run, ...]) -> Outcome:
    """The outcome of that decision."""
    return judged(runs).outcome


def verdicts(runs: tuple[Run, ...]) -> dict[str, Verdict]:
    """The verdict on each criterion."""
    return {found.id: found.verdict for found in judged(runs).findings}
