"""The records of a journal: one frozen model for each kind, checked when it is read."""

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from rollout.evidence.records.check_records import ObstacleKind, TestObstacle, TestOutcome, TestsCollected, TestStatus
from rollout.evidence.records.drill_records import Drill, DrillErred, DrillFound, DrillStep
from rollout.evidence.records.gameday_records import GamedayAlarm, GamedayCommitted, GamedayDecided, GamedayOpened
from rollout.evidence.records.gate_records import StageFinished, StageLeftOut, StoppedEarly
from rollout.evidence.records.load_records import (
    Canary,
    Capacity,
    CapacityStep,
    ComparisonEnd,
    ComparisonPairs,
    LoadException,
    LoadGenerator,
    LoadHistogram,
    LoadOffline,
    LoadRefused,
    LoadScenarios,
    LoadSecond,
    LoadStopped,
    LoadWindow,
    LoadWorkers,
    OwnReading,
)
from rollout.evidence.records.people_records import Attestation, Clear, Override, PlanChange, Revoke
from rollout.evidence.records.record import (
    LAST_MOMENT,
    MOST,
    Amount,
    Answers,
    Count,
    Counted,
    Interval,
    Moment,
    OfSecond,
    Pair,
    Positive,
    Record,
    RecordKind,
    Scalar,
    Unreadable,
)
from rollout.evidence.records.rollback_records import RollbackBegun, RollbackStep
from rollout.evidence.records.run_records import LoadFacts, RunFinished, RunStarted, ScenarioFacts, WatchFacts
from rollout.evidence.records.watch_records import Requests, Sample, Slot

AnyRecord = (
    RunStarted
    | RunFinished
    | TestOutcome
    | TestsCollected
    | LoadSecond
    | LoadWindow
    | LoadWorkers
    | LoadGenerator
    | LoadException
    | LoadOffline
    | LoadRefused
    | LoadScenarios
    | LoadStopped
    | LoadHistogram
    | ComparisonPairs
    | ComparisonEnd
    | Canary
    | Slot
    | Attestation
    | Override
    | PlanChange
    | Clear
    | Revoke
    | StageFinished
    | StageLeftOut
    | StoppedEarly
    | Drill
    | DrillErred
    | DrillFound
    | RollbackBegun
    | RollbackStep
    | GamedayCommitted
    | GamedayAlarm
    | GamedayDecided
    | GamedayOpened
    | Capacity
)
KINDS: dict[str, type[Record]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyRecord)}


def plain(record: Record) -> Mapping[str, Any]:
    """The fields of a record as they are written, `kind` included."""
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return fields


__all__ = [
    "KINDS",
    "LAST_MOMENT",
    "MOST",
    "Amount",
    "Answers",
    "AnyRecord",
    "Attestation",
    "Canary",
    "Capacity",
    "CapacityStep",
    "Clear",
    "ComparisonEnd",
    "ComparisonPairs",
    "Count",
    "Counted",
    "Drill",
    "DrillErred",
    "DrillFound",
    "DrillStep",
    "GamedayAlarm",
    "GamedayCommitted",
    "GamedayDecided",
    "GamedayOpened",
    "Interval",
    "LoadException",
    "LoadFacts",
    "LoadGenerator",
    "LoadHistogram",
    "LoadOffline",
    "LoadRefused",
    "LoadScenarios",
    "LoadSecond",
    "LoadStopped",
    "LoadWindow",
    "LoadWorkers",
    "Moment",
    "ObstacleKind",
    "OfSecond",
    "Override",
    "OwnReading",
    "Pair",
    "PlanChange",
    "Positive",
    "Record",
    "RecordKind",
    "Requests",
    "Revoke",
    "RollbackBegun",
    "RollbackStep",
    "RunFinished",
    "RunStarted",
    "Sample",
    "Scalar",
    "ScenarioFacts",
    "Slot",
    "StageFinished",
    "StageLeftOut",
    "StoppedEarly",
    "TestObstacle",
    "TestOutcome",
    "TestStatus",
    "TestsCollected",
    "Unreadable",
    "WatchFacts",
    "plain",
]
