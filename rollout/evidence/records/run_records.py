"""The records with which a run begins and ends: its origin, and what was asked for."""

from typing import Annotated

import msgspec

from rollout.evidence.records.record import Amount, Count, Interval, Positive, Record
from rollout.evidence.row import FIXED, columns_fit

Steps = Annotated[tuple[tuple[Amount, Amount], ...], msgspec.Meta(min_length=1)]


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
    What a load run was asked for, written by the run controller and read by the judge.

    *pace* holds steps (seconds since the beginning of the hold, factor of the full rate). *hold_s* is None where no
    length was given. *scenarios* and *ramp_s* are None in older journals.
    """

    users: Positive
    actions_per_minute: Positive
    slice_s: Interval
    least_requests: Positive
    hold_s: Positive | None
    pace: Steps = ((0.0, 1.0),)
    ramp_s: float | None = None
    slow_ms: tuple[float, ...] = ()
    seed: str | int = ""
    gaps: str = ""
    expected_workers: int = 1
    scenarios: dict[str, ScenarioFacts] | None = None


class RunStarted(Record, frozen=True, tag="run-started"):
    """
    The first record: the origin of the run (see Origin), its *run* id and the journals *known* when it began.

    *checks* maps criteria to the tests found in the source, and a drill's own criterion to none; *columns* names the
    numbers of a row of `load-second`. With *narrowed* only a chosen part of the tests ran. *drill* is the name of a
    drill, None in older journals. *meanings* maps the criteria of the phase, and the keys that rule it
    (`phase1 deadline`), to the hash of their text in the plan; None in older journals. *register* is the name of the
    folder's register and its last hash then; journals from before it have *known*. *writer* is the process that holds
    the lock on the file.
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
    checks: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    watch: WatchFacts | None = None
    load: LoadFacts | None = None
    columns: tuple[str, ...] = ()
    narrowed: bool | None = None
    drill: str | None = None
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

    *other* is another release than at the beginning that answered when a run by hand ended; for its stages a gate
    records it.
    """

    records: Count
    exit: int | None = None
    unfinished: tuple[str, ...] = ()
    other: str = ""
