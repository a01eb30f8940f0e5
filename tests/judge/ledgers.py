"""A small plan and the evidence that meets it, for tests to change."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rollout.evidence import Journal, Ledger, Origin, read_ledger
from rollout.evidence.records import (
    Attestation,
    Drill,
    Requests,
    Sample,
    Slot,
    TestOutcome,
    TestsCollected,
    TestStatus,
    WatchFacts,
)
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.plan import Plan
from tests.dated import DatedJournal

RELEASE = "2.0.0"
NOW = 1_800_000_000.0
CHECK = "smoke/test_health.py::test_it_answers"


def criterion(name: str, source: str, **more: Any) -> dict[str, Any]:
    """One criterion of phase `stage`."""
    base = {
        "id": name,
        "phases": ["stage"],
        "quotes": [name],
        "states": name,
        "source": source,
        "max_age": "1d",
        "next": "mend it",
    }
    return {**base, **more}


PLAN = Plan.model_validate(
    {
        "schema_version": 1,
        "title": "A small rollout",
        "overview": "One stage",
        "phases": [
            {
                "id": "stage",
                "title": "Stage",
                "week": "1",
                "objective": "it works",
                "deadline": "1w",
                "rollback": "go back",
                "steps": [{"id": "all", "exposure": "everyone", "percent": 100, "monitor": "1h"}],
            }
        ],
        "criteria": [
            criterion("answers", "tests"),
            criterion("signed", "attestation", roles=["owner", "tester"]),
            criterion("drilled", "drill"),
            criterion(
                "queue",
                "metric",
                metric="celery.queue_tasks",
                limit={"op": "<", "value": 100, "unit": "tasks"},
                zero_is_valid=True,
                liveness="celery.workers_count",
            ),
            criterion("watched", "metric", metric="window.covered_hours", limit={"op": ">=", "value": 1, "unit": "h"}),
            criterion(
                "available", "metric", metric="service.available_percent", limit={"op": ">", "value": 99, "unit": "%"}
            ),
        ],
    }
)


def origin(producer: str, **more: Any) -> Origin:
    """The origin of evidence about the small plan's phase."""
    facts = {
        "producer": producer,
        "phase": "stage",
        "target": "staging",
        "environment": "standin",
        "release": RELEASE,
        "plan": "p",
        "meanings": {},
    }
    return Origin.model_validate({**facts, **more})


def start(folder: Path, producer: str, at: float = NOW - 3700, **more: Any) -> Journal:
    """A journal with the start *at*; facts that are no part of the origin go to `run-started`."""
    known = {name: more.pop(name) for name in list(more) if name in Origin.model_fields}
    return DatedJournal(folder, origin(producer, **known), t=at, **more)


def run_of_tests(
    folder: Path, outcome: TestStatus = "passed", node: str = CHECK, finish: bool = True, **more: Any
) -> Path:
    """Write a run of the single check."""
    journal = start(folder, "pytest", checks={"stage.answers": [CHECK]}, **more)
    tell(journal, node, outcome)
    journal.append(TestsCollected(nodes={"stage.answers": (node,)}))
    journal.finish() if finish else journal.abandon()
    return journal.path


def run_of_two(folder: Path, **outcomes: TestStatus) -> None:
    """Write a whole run of the check with the parameters `a` and `b`; only those in *outcomes* have an outcome."""
    with start(folder, "pytest", checks={"stage.answers": [CHECK]}) as journal:
        for name, outcome in outcomes.items():
            tell(journal, f"{CHECK}[{name}]", outcome)
        journal.append(TestsCollected(nodes={"stage.answers": (f"{CHECK}[a]", f"{CHECK}[b]")}))


def tell(journal: Journal, node: str, outcome: TestStatus, message: str = "why") -> None:
    """Append the outcome of one test with the criterion."""
    journal.append(
        TestOutcome(
            node=node,
            criteria=("stage.answers",),
            outcome=outcome,
            duration_s=0.1,
            message=message,
            measured={"answer_ms": 12.5},
        )
    )


def signatures(folder: Path, *roles: str, accepted: bool = True, **more: Any) -> None:
    """Write the signatures of *roles*."""
    with start(folder, "attest", **more) as journal:
        for role in roles:
            journal.append(
                Attestation(
                    criterion="stage.signed", by=f"{role[::-1]}, Ann", role=role, statement="fine", accepted=accepted
                )
            )


def drill(folder: Path, passed: bool = True, **more: Any) -> None:
    """Write one drill."""
    with start(folder, "drill", **more) as journal:
        journal.append(Drill(criterion="stage.drilled", passed=passed, reason="flag was off after 2 s", value="2 s"))


def sample(value: float | None, text: str = "") -> Sample:
    """One sample of a slot; None stands for a failed probe."""
    return Sample(error="no way in") if value is None else Sample(value=value, text=text)


def slots(
    folder: Path,
    queue: Sequence[float | None],
    workers: float = 1,
    up: list[float | None] | list[float] | None = None,
    **more: Any,
) -> Path:
    """Write samples of the monitor: the queue in each slot, whether the service was up, and the number of workers."""
    rounds = [
        {
            "celery.queue_tasks": sample(value),
            "celery.workers_count": sample(workers),
            "service.available": sample(up[number] if up else 1.0),
        }
        for number, value in enumerate(queue)
    ]
    return watched_rounds(folder, rounds, **more)


def users_slots(
    folder: Path, counts: Sequence[Requests | None], probes: list[float] | None = None, **more: Any
) -> Path:
    """Write samples of the monitor with counts of users' requests; None stands for a missing count."""
    rounds = [
        {
            "users.requests": Sample(error="no way in") if each is None else Sample(value=each.n, requests=each),
            "service.available": Sample(value=probes[number] if probes else 1.0),
        }
        for number, each in enumerate(counts)
    ]
    return watched_rounds(folder, rounds, **more)


def watched_rounds(
    folder: Path,
    rounds: Sequence[dict[str, Sample]],
    every: float = 30.0,
    finish: bool = True,
    until: float = NOW,
    **more: Any,
) -> Path:
    """Write the samples of each slot, *every* seconds apart; the last slot was due one interval before *until*."""
    begin = until - len(rounds) * every
    journal = start(folder, "watch", at=begin, watch=WatchFacts(interval_s=every, for_s=3600, step="all"), **more)
    for number, samples in enumerate(rounds):
        journal.append(Slot(due=begin + number * every, number=number, samples=samples))
    journal.finish() if finish else journal.abandon()
    return journal.path


def everything(folder: Path, **origin: Any) -> None:
    """Write evidence that meets each criterion of the small plan, of the stand-in unless *origin* says otherwise."""
    run_of_tests(folder, **origin)
    signatures(folder, "owner", "tester", **origin)
    drill(folder, **origin)
    slots(folder, [3.0] * 121, **origin)


def judged(folder: Path, now: float = NOW, **more: Any) -> Decision:
    """The judge's decision about the journals in *folder*."""
    ledger = read_ledger([folder]) if folder.exists() else Ledger()
    return decide(PLAN, "stage", ledger, now, **more)


def verdict(decision: Decision, name: str) -> str:
    """The verdict on one criterion, as a word."""
    return next(finding.verdict.name for finding in decision.findings if finding.id == f"stage.{name}")


def reason(decision: Decision, name: str) -> str:
    """The reason of the finding about one criterion."""
    return next(finding.reason for finding in decision.findings if finding.id == f"stage.{name}")
