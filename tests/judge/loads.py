"""A small plan with budgets on load, and load runs for tests to change."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rollout.evidence import JournalState, Record, Run
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import (
    Canary,
    LoadFacts,
    LoadGenerator,
    LoadScenarios,
    LoadSecond,
    LoadWindow,
    LoadWorkers,
    RunFinished,
    RunStarted,
    ScenarioFacts,
)
from rollout.evidence.row import Row, columns
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case, Finding
from rollout.plan import Plan
from tests.dated import dated
from tests.judge.ledgers import criterion, origin

START = 1_800_000_000
COLUMNS = columns((500, 1000))


def budget(name: str, metric: str, op: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A criterion on load."""
    return criterion(name, "load", metric=metric, limit={"op": op, "value": value, "unit": unit}, **more)


PLAN = Plan.model_validate(
    {
        "schema_version": 1,
        "title": "Budgets",
        "overview": "One stage",
        "phases": [
            {
                "id": "stage",
                "title": "Stage",
                "week": "1",
                "objective": "it is fast",
                "deadline": "1w",
                "rollback": "go back",
                "steps": [{"id": "all", "exposure": "everyone", "percent": 100}],
                "load": {
                    "users": 20,
                    "actions_per_minute": 60,
                    "ramp": "1s",
                    "hold": "60s",
                    "slow_ms": [500, 1000],
                    "slice": "1s",
                    "scenarios": {"reviewer": 1},
                },
            }
        ],
        "criteria": [
            budget("errors", "all.fail_percent", "<", 1, "%", trigger={"op": ">", "value": 5, "unit": "%"}),
            budget("fast", "all.p95_ms", "<", 500, "ms"),
            budget("certainly-fast", "all.p95_ms", "<", 500, "ms", support="required"),
            budget("lists", "projects.list.p95_ms", "<", 500, "ms", least=100),
            budget("mean", "all.mean_ms", "<", 200, "ms"),
            budget("tested", "load.requests_count", ">=", 1000, "requests"),
            budget("kept", "canary.lost_writes", "==", 0, "writes", trigger={"op": ">", "value": 0, "unit": "writes"}),
            budget(
                "not-slower",
                "degradation.slower_percent",
                *("<=", 50, "%"),
                trigger={"op": ">", "value": 50, "unit": "%"},
            ),
        ],
    }
)


def row(
    due: int = 20, *, err: int = 0, dropped: int = 0, late: int = 0, ms: float = 40.0, slow: tuple[int, int] = (0, 0)
) -> Row:
    """What is counted of one name in one second: all but the *dropped* answered in *ms* each, *slow* ones of each limit."""
    answered = due - dropped
    return Row(due, answered, err, dropped, late, answered * ms, list(slow))


def second(
    at: int,
    rate: int = 20,
    *,
    err: int = 0,
    slow: int = 0,
    dropped: int = 0,
    sent: int | None = None,
    names: dict[str, list[float]] | None = None,
) -> LoadSecond:
    """A second in which *rate* requests were due."""
    counted = row(rate, err=err, dropped=dropped, slow=(slow, 0)).numbers()
    return LoadSecond(
        second=START + at, planned=rate, sent=rate if sent is None else sent, names=names or {"projects.list": counted}
    )


@dataclass
class Load:
    """A load run that proves everything, until a test changes it."""

    hold_s: float | None = 60
    begins: float = START - 5
    seconds: list[LoadSecond] = field(default_factory=lambda: [second(at) for at in range(60)])
    workers: LoadWorkers = field(default_factory=lambda: LoadWorkers(present=1, expected=1, lost=()))
    cpu: float = 20.0
    waited: float | None = None
    stolen: float = 0.0
    target_waited: dict[int, float] = field(default_factory=dict)
    canary: Canary | None = field(default_factory=lambda: Canary(written=9, verified=9, missing=(), altered=()))
    more: list[Record] = field(default_factory=list)
    state: JournalState = JournalState.COMPLETE
    users: float = 20
    name: str = "one"
    actions_per_minute: float = 60
    pace: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    ramp_s: float | None = None
    scenarios: dict[str, ScenarioFacts] | None = None
    tells: bool = True
    columns: tuple[str, ...] = COLUMNS

    def run(self) -> Run:
        """The run as read by the ledger."""
        last = None if self.hold_s is None else START + int(self.hold_s) - 1
        records: list[Record] = [
            self.started(),
            self.workers,
            LoadWindow(first=START, last=last),
            *self.told(),
            *self.seconds,
            *(self.reading(row.second) for row in self.seconds),
            *self.more,
        ]
        if self.canary is not None:
            records.append(self.canary)
        if self.state is JournalState.COMPLETE:
            records.append(RunFinished(records=len(records)))
        return run_of(Path(f"{self.name}.jsonl"), self.state, dated(self.begins, records))

    def told(self) -> list[Record]:
        """The record that assigns every request to a reviewer, unless *more* has one."""
        if not self.tells or any(isinstance(record, LoadScenarios) for record in self.more):
            return []
        names = dict.fromkeys(name for row in self.seconds for name in row.names)
        return [LoadScenarios(names=dict.fromkeys(names, "reviewer"))]

    def reading(self, second: int) -> LoadGenerator:
        """The worker's reading of itself in one second."""
        return LoadGenerator(
            worker="w",
            second=second,
            cpu_percent=self.cpu,
            steal_percent=self.stolen,
            waited_percent=self.waited,
            target_waited_percent=self.target_waited.get(second - START),
        )

    def started(self) -> RunStarted:
        """The first record of the run, with its plan."""
        facts = LoadFacts(
            users=self.users,
            actions_per_minute=self.actions_per_minute,
            slice_s=1,
            least_requests=1000,
            hold_s=self.hold_s,
            pace=self.pace,
            ramp_s=self.ramp_s,
            scenarios=self.scenarios,
        )
        return RunStarted(
            t=self.begins,
            run=self.name,
            known=(),
            **origin("load").model_dump(),
            load=facts,
            columns=self.columns,
        )


def judged(name: str, *loads: Load | Run) -> Finding:
    """The finding about one criterion of the small plan."""
    runs = tuple(load.run() if isinstance(load, Load) else load for load in loads)
    found = PLAN.criterion(f"stage.{name}")
    return finding_of(Case(found, PLAN.phase("stage"), runs, now=START + 100.0))
