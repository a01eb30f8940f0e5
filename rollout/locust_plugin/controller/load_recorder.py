"""Add up the reports of all workers and write them to the journal during the run."""

from collections.abc import Callable
from typing import Any

from hdrh.histogram import HdrHistogram

from rollout.evidence import Journal, records
from rollout.evidence.row import Row
from rollout.locust_plugin.generator.counters import Counters, quantile
from rollout.target.message import one_line

SETTLE_S = 2  # a second is written this long after its end; later counts are written as an addition to it
HIGHEST_US = 600_000_000
MOST_EXCEPTIONS = 100
LINK = "the generator's own link was down"  # why a second is left out of what may end the run
REFUSED = "the rate limiter refused requests"
LONGEST_TEXT = 299  # and the mark of the cut


class LoadRecorder:
    """The only writer of a load run's evidence; the judge reads its records."""

    def __init__(self, journal: Journal, slow_ms: tuple[float, ...]) -> None:
        self.journal = journal
        self.ready: dict[str, int] = {}
        self.lost: list[str] = []
        self.scenarios: dict[str, str] = {}
        self.unready: set[str] = set()
        self.exceptions: set[str] = set()
        self.canary: dict[str, Any] = {"written": 0, "verified": 0, "missing": [], "altered": []}
        self.requests = self.errors = 0
        self._slow_ms = slow_ms
        self._pending = Counters(slow_ms)
        self._by_worker: dict[str, Counters] = {}  # of seconds that are still pending
        self._offline: dict[str, set[int]] = {}
        self._flushed = 0  # the first second of which nothing is written yet
        self._buckets: dict[str, dict[float, int]] = {}
        self._numbers: dict[str, int] = {}
        self.on_second: Callable[[int, dict[str, Row], int, int], None] = lambda *_: None
        self.on_offline: Callable[[int, str], None] = lambda _, __: None
        self.on_reading: Callable[[records.LoadGenerator], None] = lambda _: None

    def add(self, report: dict[str, Any]) -> None:
        """Add one worker's report; a gap in the report numbers is noted as lost evidence."""
        worker = str(report["worker"])
        if report["number"] != self._numbers.get(worker, 0):
            self.lose(f"{worker}: report {self._numbers.get(worker, 0)} never came")
        self._numbers[worker] = report["number"] + 1
        self.ready[worker] = report["ready"]
        for reading in report["generator"]:
            told = records.LoadGenerator(worker=worker, **reading)
            self.journal.append(told)
            self.on_reading(told)
        for second in report.get("offline", ()):
            self._lose_link(worker, second)
        for text in report["exceptions"]:
            self._except(one_line(text, LONGEST_TEXT))
        for scenario, cause in report.get("unready", {}).items():
            self._could_not_start(scenario, cause)
        if new := {name: kind for name, kind in report.get("scenarios", {}).items() if name not in self.scenarios}:
            self.scenarios |= new
            self.journal.append(records.LoadScenarios(names=new))
        if "seconds" in report:
            self._pending.merge(report)
            mine = self._by_worker.setdefault(worker, Counters(self._slow_ms))
            mine.merge({"seconds": report["seconds"], "buckets": {}})
        for name, found in report.get("canary", {}).items():
            self.canary[name] += found

    def _lose_link(self, worker: str, second: int) -> None:
        """Write a second without a link; what its worker counted then follows with it, unless it was written already."""
        self.journal.append(records.LoadOffline(worker=worker, second=second))
        self.on_offline(second, LINK)
        if second >= self._flushed:
            self._offline.setdefault(worker, set()).add(second)

    def _write_offline(self, second: int) -> None:
        """Write what workers without a link counted in a second."""
        for worker, mine in self._by_worker.items():
            counted = mine.seconds.pop(second, None)
            if second in self._offline.get(worker, ()):
                names = {name: row.written() for name, row in sorted(counted.names.items())} if counted else {}
                self.journal.append(records.LoadOffline(worker=worker, second=second, names=names))

    def _except(self, text: str) -> None:
        """Write an exception of the generator: each text once, at most MOST_EXCEPTIONS texts."""
        if text not in self.exceptions and len(self.exceptions) < MOST_EXCEPTIONS:
            self.exceptions.add(text)
            self.journal.append(records.LoadException(text=text))

    def _could_not_start(self, scenario: str, cause: str) -> None:
        """Write the cause why users could not get ready, once for each scenario."""
        if scenario not in self.unready:
            self.unready.add(scenario)
            self.journal.append(records.LoadException(text=one_line(cause, LONGEST_TEXT), scenario=scenario))

    def lose(self, what: str) -> None:
        """Note lost evidence, each text once; `LoadRun.close` hands it to the worker registry."""
        if what not in self.lost:
            self.lost.append(what)

    def flush(self, before: int) -> None:
        """Write the pending counts of every second that ended *before* this one."""
        for second in sorted(at for at in self._pending.seconds if at < before):
            counted = self._pending.seconds.pop(second)
            names = {name: row.written() for name, row in sorted(counted.names.items())}
            planned, sent = counted.planned, counted.sent
            self._write_offline(second)  # first: a journal may be cut between them
            self.journal.append(records.LoadSecond(second=second, planned=planned, sent=sent, names=names))
            if counted.refused:
                self.journal.append(records.LoadRefused(second=second, names=counted.refused))
                self.on_offline(second, REFUSED)
            self.on_second(second, counted.names, planned, sent)
            self.requests += sum(row.total for row in counted.names.values())
            self.errors += sum(row.failed for row in counted.names.values())
        self._flushed = max(self._flushed, before)
        for name, counts in self._pending.buckets.items():
            mine = self._buckets.setdefault(name, {})
            for key, count in counts.items():
                mine[key] = mine.get(key, 0) + count
        self._pending.buckets = {}

    def display_ms(self, share: float) -> float | None:
        """A quantile for the progress line; verdicts never use it."""
        return quantile(self._buckets.values(), share)

    def summary(self) -> str:
        """The counts so far in words: `240 requests  0 errors  p95 41 ms`."""
        slow = self.display_ms(0.95)
        return f"{self.requests} requests  {self.errors} errors  p95 {'-' if slow is None else f'{slow:.0f}'} ms"

    def close(self) -> None:
        """Write the rest: the last seconds, the canaries and the histograms for display."""
        self.flush(before=1 << 62)
        self.journal.append(canary_record(self.canary))
        for name, counts in sorted(self._buckets.items()):
            self.journal.append(records.LoadHistogram(name=name, encoded=encoded(counts)))


def encoded(counts: dict[float, int]) -> str:
    """An HdrHistogram in microseconds, three digits, as text."""
    histogram = HdrHistogram(1, HIGHEST_US, 3)
    for ms, count in counts.items():
        histogram.record_value(min(max(1, int(ms * 1000)), HIGHEST_US), count)
    return str(histogram.encode().decode())


def canary_record(found: dict[str, Any]) -> records.Canary:
    """The canaries of all workers, added up."""
    missing, altered = tuple(found["missing"]), tuple(found["altered"])
    return records.Canary(written=found["written"], verified=found["verified"], missing=missing, altered=altered)
