"""The records of a load run: what was counted in each second, and the state of its generator."""

import msgspec

from rollout.evidence.records.record import Amount, Count, Counted, OfSecond, Pair, Record
from rollout.evidence.row import Row


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

    *waited_percent* is the share of the time in which it could run and got no processor; None where no kernel counts
    it. *target_waited_percent* is the same share for a target on the same machine.
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
    """
    A *second* in which the own link of a worker was down: failures in it are no evidence about the target.

    *names* is what it counted of requests due then, as in `load-second`, where it is part of the sums; several records
    add up. None where that is not known.
    """

    worker: str
    names: dict[str, list[Counted]] | None = None


class LoadRefused(OfSecond, frozen=True, tag="load-refused"):
    """
    How many requests due in one *second* the rate limiter refused (429), by request name; several records add up.

    They are among the failed ones of that second. They are no evidence about what was asked for.
    """

    names: dict[str, Count]


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


class OwnReading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What a process measured about itself in one second, as in `load-generator`; *offline* says that its own link was down.
    """

    cpu_percent: Amount
    steal_percent: float = 0.0
    waited_percent: float | None = None
    target_waited_percent: float | None = None
    offline: bool = False


class ComparisonPairs(OfSecond, frozen=True, tag="load-beside"):
    """
    Pairs of latencies in ms of the release and the baseline, by request name; None where a request failed.

    *reading* is that of the process that sent them; None where it was not measured.
    """

    pairs: dict[str, list[Pair]]
    reading: OwnReading | None = None


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
