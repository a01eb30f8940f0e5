"""What can stand in a journal: one frozen model for each kind of record, checked when it is read."""

import time
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

import msgspec

from rollout.evidence.row import FIXED, Row, columns_fit

MOST = 10**12  # of anything counted: sums over a ledger stay below what 64 bits hold
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=MOST)]
Counted = Annotated[float, msgspec.Meta(ge=-MOST, le=MOST)]  # a part of a sum: an arrival taken back is -1
Positive = Annotated[float, msgspec.Meta(gt=0, le=MOST)]
LAST_MOMENT = 253_402_300_799  # the end of the year 9999
Moment = Annotated[float, msgspec.Meta(ge=0, le=LAST_MOMENT)]  # seconds since the epoch
Interval = Annotated[float, msgspec.Meta(ge=0.001, le=86_400)]
Answers = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
TestStatus = Literal["passed", "skipped", "failed", "error", "not-applicable", "other-step"]
ObstacleKind = Literal["not-configured", "not-permitted", "not-reached", "defect"]
Scalar = str | bool | int | float
Pair = tuple[Amount | None, Amount | None]


class Unreadable(ValueError):
    """A line that no producer of this version writes; the message names the kind and the field."""


class Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """
    One line of a journal; *t* is the moment in seconds since the epoch.

    A field without a default is always written; one with a default is left out where it has that value, as in journals
    that were written before the field existed. Fields that a model does not have are ignored when a journal is read.
    """

    t: Moment = msgspec.field(default_factory=time.time)

    @property
    def happened(self) -> float:
        """The moment that the record tells of; by this one, and not by the beginning of its run, evidence ages."""
        return self.t


class OfSecond(Record, frozen=True):
    """A record about one *second* since the epoch, written when that was over."""

    second: Count

    @property
    def happened(self) -> float:
        """The second itself."""
        return float(self.second)


RecordKind = TypeVar("RecordKind", bound=Record)


class WatchFacts(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a monitor was asked for: *interval_s* between rounds, *for_s* in all, the exposure *step* if any.

    *after* is the release that answered just before, where that was another one: the window begins anew.
    """

    interval_s: Interval
    for_s: float = 0.0
    step: str | None = None
    after: str | None = None


class ScenarioFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a load run asked of one scenario: its *arrivals_per_minute* at the full rate, and the *items* of each of its users."""

    arrivals_per_minute: Amount
    items: int | None = None


class LoadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a load run set out to do, written by the run controller and read by the judge.

    *pace* holds steps (seconds since the beginning of the hold, factor of the full rate), *hold_s* is None where nobody
    said how long. *scenarios* and *ramp_s* are None where a journal of before does not tell them.
    """

    users: Positive
    actions_per_minute: Positive
    slice_s: Interval
    least_requests: Positive
    hold_s: Positive | None
    pace: tuple[tuple[Amount, Amount], ...] = ((0.0, 1.0),)
    ramp_s: float | None = None
    slow_ms: tuple[float, ...] = ()
    seed: str | int = ""
    gaps: str = ""
    expected_workers: int = 1
    scenarios: dict[str, ScenarioFacts] | None = None


class RunStarted(Record, frozen=True, tag="run-started"):
    """
    The first record: whose evidence follows (see Origin), its *run* id and the journals *known* when it began.

    *checks* maps criteria to the tests found in the source, and a drill's own criterion to none; *columns* names the
    numbers of a row of `load-second`.
    *narrowed* says whether somebody chose among the tests, *meanings* maps the criteria of the phase, and the keys that
    rule it (`phase1 deadline`), to the hash of what the plan said about each; None where it was not told. *register* is
    the name of the folder's register and its last hash then; journals from before it have *known*. *writer* is the
    process that holds the lock on the file.
    """

    run: str
    known: tuple[str, ...]
    producer: str
    phase: str
    target: str
    environment: str
    release: str
    plan: str
    parent: str | None
    window_s: float | None
    not_applicable: dict[str, str]
    checks: dict[str, tuple[str, ...]] = {}
    watch: WatchFacts | None = None
    load: LoadFacts | None = None
    columns: tuple[str, ...] = ()
    narrowed: bool | None = None
    register: str | None = None
    meanings: dict[str, str] | None = None
    writer: str | None = None

    def __post_init__(self) -> None:
        if self.producer == "watch" and self.watch is None:
            raise ValueError("a run of the monitor needs `watch`")
        if self.producer in ("load", "capacity") and self.load is None:
            raise ValueError("a load run needs `load`")
        if self.load is not None and not columns_fit(self.columns):
            raise ValueError(f"`columns` begin {list(self.columns[: len(FIXED)])}, want {list(FIXED)}")


class RunFinished(Record, frozen=True, tag="run-finished"):
    """
    The last record: the number of *records* before it, and for pytest the *exit* code and *unfinished* tests.

    *other* is another release than at the beginning that answered when a run by hand ended; a gate looks for its stages.
    """

    records: Count
    exit: int | None = None
    unfinished: tuple[str, ...] = ()
    other: str = ""


class TestObstacle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What kept a test from its subject: a *cause* that others may share, and what removes it where that is known."""

    __test__: ClassVar[bool] = False

    kind: ObstacleKind
    cause: str
    way_out: str = ""


class TestOutcome(Record, frozen=True, tag="test-outcome"):
    """
    The outcome of one test, written by the pytest plugin; *measured* holds its recorded properties.

    With an *obstacle* the test did not get to its subject; its outcome is `skipped`. *depth* is how many fixtures it
    builds on: a check with fewer is more basic. Journals from before these fields tell neither.
    """

    __test__: ClassVar[bool] = False  # pytest collects classes of such a name

    node: str
    criteria: tuple[str, ...]
    outcome: TestStatus
    duration_s: float
    message: str
    measured: dict[str, Scalar] = {}
    obstacle: TestObstacle | None = None
    depth: Count = 0


class TestsCollected(Record, frozen=True, tag="tests-collected"):
    """
    The tests that pytest collected for each criterion, parameters included.

    *sources* maps the folders of tests of the suite to a hash of their source, *left* are those in which this run did not
    look for every check; empty where a journal does not tell.
    """

    __test__: ClassVar[bool] = False

    nodes: dict[str, tuple[str, ...]]
    sources: dict[str, str] = {}
    left: tuple[str, ...] = ()


class LoadSecond(OfSecond, frozen=True, tag="load-second"):
    """
    Counters of the requests due in one *second*, by request name; several records about one second add up.

    *planned* arrivals were on the schedule, *sent* ones were acted on. Each row is a list of numbers in the order of
    the columns of `run-started`.
    """

    planned: Count
    sent: Count
    names: dict[str, list[Counted]]

    def rows(self) -> dict[str, Row]:
        """The rows by request name, with named fields."""
        return {name: Row.read(numbers) for name, numbers in self.names.items()}


class LoadWindow(Record, frozen=True, tag="load-window"):
    """The measured window: its *first* and *last* second (None: until the end), and how many users were *ready*."""

    first: Count
    last: Count | None
    ready: Count = 0


class LoadWorkers(Record, frozen=True, tag="load-workers"):
    """How many workers are *present* of those *expected*, and what was *lost*."""

    present: Count
    expected: Count
    lost: tuple[str, ...]


class LoadGenerator(OfSecond, frozen=True, tag="load-generator"):
    """
    What one worker process measured about itself in one second; *lag_p99_ms* is None where nothing was sent.

    *waited_percent* is the time in which it could run and got no processor; None where no kernel tells.
    *target_waited_percent* is the share of the time in which a target on the same machine could run and got none.
    """

    worker: str
    cpu_percent: Amount
    steal_percent: float = 0.0
    lag_p99_ms: float | None = None
    waited_percent: float | None = None
    target_waited_percent: float | None = None


class LoadException(Record, frozen=True, tag="load-exception"):
    """An exception in the generator, or why the users of a *scenario* could not get ready, in one line."""

    text: str
    scenario: str | None = None


class LoadOffline(OfSecond, frozen=True, tag="load-offline"):
    """A *second* in which the own link of a worker was down; what it did not get then says nothing about the target."""

    worker: str


class LoadScenarios(Record, frozen=True, tag="load-scenarios"):
    """Request name → the scenario it belongs to, for names seen for the first time."""

    names: dict[str, str]


class LoadStopped(Record, frozen=True, tag="load-stopped"):
    """Why a run was ended before its time."""

    reason: str


class LoadHistogram(Record, frozen=True, tag="load-histogram"):
    """The latencies of one request name as an encoded HdrHistogram in microseconds, for display only."""

    name: str
    encoded: str


class ComparisonPairs(OfSecond, frozen=True, tag="load-beside"):
    """Pairs of latencies in ms of the release and the baseline, by request name; None where a request failed."""

    pairs: dict[str, list[Pair]]


class ComparisonEnd(Record, frozen=True, tag="load-beside-end"):
    """Why a comparison ended: `certain`, `time is up`, or `closed` with a *text* where it could not begin."""

    reason: str
    text: str


class Canary(Record, frozen=True, tag="canary"):
    """Acknowledged writes: how many were *written* and *verified*, and the labels of those *missing* or *altered*."""

    written: Count
    verified: Count
    missing: tuple[str, ...]
    altered: tuple[str, ...]


class Requests(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    Requests of users since the sample before: *n* in all, *failed* ones, and *over*: milliseconds → slower ones.

    A source counts *over* for every edge that it has and knows no limit. Whether a slow request failed too is not told.
    """

    n: Count
    failed: Count
    over: dict[str, Count] = {}


class Sample(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One metric at one moment: a *value* with its *text*, or the *error* that stands in its place.

    *requests* are the counts behind a value about users' traffic.
    """

    value: float | None = None
    text: str = ""
    error: str = ""
    used: float | None = None
    capacity: float | None = None
    requests: Requests | None = None


class Slot(Record, frozen=True, tag="slot"):
    """
    One round of the monitor, planned for *due* (seconds since the epoch): samples by metric name.

    *late_s* is how long the monitor itself was kept from a processor, before the round and in it; None in journals of before.
    *target_waited_percent* is the share of the time since the round before in which a target on this machine could run
    and got no processor.
    """

    due: Moment
    number: Count
    samples: dict[str, Sample]
    late_s: Amount | None = None
    target_waited_percent: Amount | None = None

    @property
    def happened(self) -> float:
        """When the round was due."""
        return self.due


class Attestation(Record, frozen=True, tag="attestation"):
    """
    What a person said about a criterion; *answers* and *satisfied* count the forms of a feedback import.

    With *demo* nobody said it: it stands in for people where a phase is rehearsed on the stand-in.
    """

    criterion: str
    by: str
    role: str
    statement: str
    accepted: bool
    answers: Answers | None = None
    satisfied: Answers | None = None
    demo: bool = False


class Override(Record, frozen=True, tag="override"):
    """Somebody's word to go on with a *phase* all the same, *until* a moment in seconds since the epoch."""

    phase: str
    by: str
    why: str
    until: Moment


class PlanChange(Record, frozen=True, tag="plan-change"):
    """
    A person accepts that a *phase* is judged by the rules of the hash *meaning*, though evidence is older than they.

    *checks* are those that are no longer in the source and need not pass any more, by full criterion id.
    """

    phase: str
    by: str
    role: str
    statement: str
    meaning: str
    checks: dict[str, tuple[str, ...]] = {}


class Clear(Record, frozen=True, tag="clear"):
    """A person clears the trigger of a *criterion*: what was seen before no longer calls for a rollback."""

    criterion: str
    by: str
    role: str
    statement: str


class Revoke(Record, frozen=True, tag="revoke"):
    """A person takes a word back: that of the run id *of*, or with `override` every override of the phase so far."""

    of: str
    by: str
    role: str
    statement: str


class StageFinished(Record, frozen=True, tag="stage-finished"):
    """
    One stage of a gate: its exit code, its length, and the tail hash of each journal it left.

    *worked* says whether it ran to its own end and left evidence; None where it was not told. *other* is another
    release than at the beginning that answered when it ended: nobody knows which of both it measured.
    """

    stage: str
    exit: int
    seconds: float
    journals: dict[str, str]
    worked: bool | None = None
    other: str = ""


class StoppedEarly(Record, frozen=True, tag="stopped-early"):
    """The gate left stages out, because its *outcome* was certain *after* one."""

    after: str
    outcome: str
    left_out: tuple[str, ...]


class DrillStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a drill, by *name*, the *seconds* that it took, and those within which it had to be done, if any."""

    name: str
    seconds: Amount
    within_s: Amount | None = None


class Drill(Record, frozen=True, tag="drill"):
    """
    One exercise of a procedure, whether it *passed*, its *steps* in their order, and what was counted.

    *listed* is the whole of a list of which the reason tells the beginning; *recovery_s* is how long the steps took that a
    recovery consists of, None where it is about something else. *revision* is that of the schema of the database that was
    exercised, None where none was or none is known.
    """

    criterion: str
    passed: bool
    reason: str
    value: str
    steps: tuple[DrillStep, ...] = ()
    counts: dict[str, Count] = {}
    listed: tuple[str, ...] = ()
    recovery_s: Amount | None = None
    revision: str | None = None


class DrillErred(Record, frozen=True, tag="drill-erred"):
    """An exercise that could not go on, and why: it says nothing about what it exercises, and what was known stays."""

    criterion: str
    reason: str
    steps: tuple[DrillStep, ...] = ()


class RollbackBegun(Record, frozen=True, tag="rollback-begun"):
    """
    A *procedure* begins to be carried out, written and read again by `rollout rollback`.

    *included* are the steps with a condition that were asked for, *percent* the share of users to go down to, *revision* and
    *template* what an undo goes back to. *resumes* is the run id of the one that this one goes on with.
    """

    procedure: str
    included: tuple[str, ...] = ()
    percent: Count = 0
    revision: Count | None = None
    template: str | None = None
    resumes: str = ""


class RollbackStep(Record, frozen=True, tag="rollback-step"):
    """
    One *step* of a procedure by name: its *command*, empty where people do it, and how far it has come.

    `begun` is written before anything is sent; `held` and `failed` say how its check afterwards ended, `told` that it was left to
    people, `left-out` that its condition was not said to hold. *said* is what was seen.
    """

    step: str
    state: Literal["begun", "held", "failed", "told", "left-out"]
    command: tuple[str, ...] = ()
    said: str = ""
    seconds: Amount = 0.0


class CapacityStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a capacity search; *broken* names the budgets that were not kept."""

    per_second: float
    n: Count = 0
    failed_percent: float = 0.0
    mean_ms: float = 0.0
    broken: tuple[str, ...] = ()
    beyond_target: tuple[str, ...] = ()
    generator: str = ""


class Capacity(Record, frozen=True, tag="capacity"):
    """The steps of a capacity search (`rungs`), and the highest rate within every budget."""

    rungs: tuple[CapacityStep, ...]
    highest_per_second: float | None


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
    | StoppedEarly
    | Drill
    | DrillErred
    | RollbackBegun
    | RollbackStep
    | Capacity
)
KINDS: dict[str, type[Record]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyRecord)}


def plain(record: Record) -> Mapping[str, Any]:
    """The fields of a record as they are written, `kind` included."""
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return fields
