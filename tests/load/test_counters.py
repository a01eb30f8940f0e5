"""Counters are exact, and adding them up loses nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given
from hypothesis import strategies as st

from rollout.evidence import Journal, Origin
from rollout.evidence.reader import read_run
from rollout.evidence.records import LoadException, LoadFacts, LoadOffline, LoadRefused, LoadSecond
from rollout.evidence.row import columns
from rollout.locust_plugin.controller.load_recorder import LoadRecorder, encoded
from rollout.locust_plugin.controller.worker_registry import WorkerRegistry
from rollout.locust_plugin.generator.counters import Counters, bucket, quantile

SLOW = (500.0, 1000.0)
FACTS = LoadFacts(users=1, actions_per_minute=60, slice_s=1, least_requests=1, hold_s=None)
EVENT = st.tuples(st.integers(0, 3), st.sampled_from(["list", "open"]), st.floats(0.1, 3000), st.booleans())


def counted(events: list[tuple[int, str, float, bool]]) -> Counters:
    """Counters of some answered requests."""
    counters = Counters(SLOW)
    for second, name, ms, failed in events:
        counters.second(second).planned += 1
        counters.second(second).sent += 1
        counters.due(second, name)
        counters.done(second, name, ms, failed)
    return counters


def plain(counters: Counters) -> object:
    """Everything counted, with sums of time rounded: addition of floats depends on their order."""
    seconds = {
        at: (
            second.planned,
            second.sent,
            {name: [round(value, 3) for value in row.numbers()] for name, row in second.names.items()},
        )
        for at, second in counters.seconds.items()
    }
    return seconds, counters.buckets


@given(events=st.lists(EVENT, max_size=40), cut=st.integers(0, 40))
def test_two_workers_add_up_to_one(events: list[tuple[int, str, float, bool]], cut: int) -> None:
    """
    Counting in two places and merging is counting in one.
    """
    merged = Counters(SLOW)
    for part in (events[:cut], events[cut:]):
        merged.merge(json.loads(json.dumps(counted(part).take())))
    assert plain(merged) == plain(counted(events))


def test_what_was_taken_is_not_counted_twice() -> None:
    """
    After handing over, counters begin anew.
    """
    counters = counted([(1, "list", 5.0, False)])
    counters.take()
    assert counters.take() == {"seconds": [], "buckets": {}}


def test_refusals_of_the_rate_limiter_are_told_apart() -> None:
    """
    They travel beside the counts, where there are any.
    """
    merged = Counters(SLOW)
    for _ in range(2):
        worker = counted([(1, "list", 5.0, True), (2, "list", 5.0, False)])
        worker.second(1).refuse("list")
        merged.merge(json.loads(json.dumps(worker.take())))
        assert "refused" not in worker.take()
    assert {at: second.refused for at, second in merged.seconds.items()} == {1: {"list": 2}, 2: {}}


def test_equality_is_slow_and_a_failure_is_no_slow_success() -> None:
    """
    A request of exactly the limit counts as slow; a failed one is counted once, as failed.
    """
    row = counted([(1, "list", 500.0, False), (1, "list", 499.9, False), (1, "list", 2000.0, True)]).row(1, "list")
    assert dict(zip(columns(SLOW), row.numbers(), strict=True)) == {
        "due": 3,
        "n": 3,
        "err": 1,
        "dropped": 0,
        "late": 0,
        "total_ms": pytest.approx(2999.9),
        "slow_500_ms": 1,
        "slow_1000_ms": 0,
    }


@given(ms=st.floats(0.001, 1e6))
def test_display_buckets_are_a_thousandth_wide(ms: float) -> None:
    """
    What people look at is at most 0.1 % below the truth.
    """
    assert bucket(ms) <= ms <= bucket(ms) * 1.001


def test_a_quantile_of_nothing_is_none() -> None:
    """
    Without requests there is no latency, not a latency of zero.
    """
    assert quantile([], 0.95) is None
    assert quantile([{1.0: 95, 9.0: 5}], 0.95) == 1.0
    assert quantile([{1.0: 94, 9.0: 6}], 0.95) == 9.0


def test_the_histogram_for_display_can_be_decoded() -> None:
    """
    What is stored is an HdrHistogram in microseconds.
    """
    histogram = HdrHistogram.decode(encoded({10.0: 99, 250.0: 1}))
    assert histogram.get_total_count() == 100
    assert histogram.get_value_at_percentile(100) == pytest.approx(250_000, rel=0.001)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[LoadRecorder]:
    """A recorder with its own journal."""
    origin = Origin(producer="load", phase="p", target="t", environment="standin", release="r", plan="p")
    recorder = LoadRecorder(Journal(tmp_path, origin, load=FACTS, columns=columns(SLOW)), SLOW)
    yield recorder
    recorder.journal.abandon()


def report(number: int, second: int = 1, worker: str = "w") -> dict[str, object]:
    """A worker's report about one request."""
    return {
        "worker": worker,
        "number": number,
        "ready": 1,
        "generator": [],
        "exceptions": [],
        **counted([(second, "list", 5.0, False)]).take(),
    }


def test_a_report_that_never_came_is_noticed(recorder: LoadRecorder) -> None:
    """
    Counts that got lost on the way make the run one that lost evidence.
    """
    recorder.add(report(0))
    recorder.add(report(2))
    assert recorder.lost == ["w: report 1 never came"]


def test_seconds_are_written_once_settled_and_late_counts_follow(recorder: LoadRecorder) -> None:
    """
    A second goes to the journal while the run goes on; what comes in later is written as an addition.
    """
    recorder.add(report(0, second=1))
    recorder.flush(before=2)
    recorder.add(report(1, second=1))
    recorder.close()
    recorder.journal.finish()
    written = [row.rows()["list"].n for row in read_run(recorder.journal.path).of(LoadSecond)]
    assert written == [1, 1]
    assert recorder.requests == 2


def test_exceptions_are_one_line_without_tokens(recorder: LoadRecorder) -> None:
    """
    The text of an exception goes to the journal short and redacted.
    """
    recorder.add({**report(0), "exceptions": ["KeyError:\n Bearer abcdef0123456789 " + "x" * 999]})
    recorder.journal.finish()
    (record,) = read_run(recorder.journal.path).of(LoadException)
    assert "\n" not in record.text
    assert "abcdef" not in record.text
    assert len(record.text) <= 300


def test_exceptions_without_end_are_few_records(recorder: LoadRecorder) -> None:
    """
    Each text is written once, and no more of them than anybody reads, whatever a target makes of each.
    """
    for number in range(200):
        recorder.add({**report(number), "exceptions": [f"KeyError: {number}", "KeyError: again"]})
    recorder.journal.finish()
    texts = [record.text for record in read_run(recorder.journal.path).of(LoadException)]
    assert len(texts) == len(set(texts)) == 100


def told(registry: WorkerRegistry, now: float) -> tuple[int, tuple[str, ...]]:
    """How many workers are present and which are lost, by the record about it."""
    record = registry.changed(now)
    assert record is not None
    return record.present, record.lost


def test_a_silent_worker_is_lost_for_good() -> None:
    """
    A worker that stops reporting is lost, also when it comes back.
    """
    registry = WorkerRegistry(expected=2)
    registry.hear("a", 0)
    registry.hear("b", 0)
    assert told(registry, 1) == (2, ())
    assert registry.changed(2) is None
    registry.hear("a", 5)
    assert told(registry, 6) == (1, ("b",))
    registry.hear("b", 7)
    assert registry.changed(7) is None


def test_refused_requests_of_a_second_are_written_with_it(recorder: LoadRecorder) -> None:
    """
    A second with one counts for nobody who might end the run early, as one without a link does.
    """
    left_out: list[tuple[int, str]] = []
    recorder.on_offline = lambda second, why: left_out.append((second, why))
    recorder.add({**report(0), "refused": [[1, {"list": 1}]]})
    recorder.add(report(1, second=2))
    recorder.close()
    recorder.journal.finish()
    written = list(read_run(recorder.journal.path).of(LoadRefused))
    assert [(record.second, record.names) for record in written] == [(1, {"list": 1})]
    assert left_out == [(1, "the rate limiter refused requests")]


def offline(number: int, worker: str, down: list[int], seconds: dict[int, int]) -> dict[str, Any]:
    """A report of a worker that counted so many failures in each second, and had no link in the seconds *down*."""
    mine = Counters(SLOW)
    for at, failed in seconds.items():
        for _ in range(failed):
            mine.due(at, "list")
            mine.done(at, "list", 5.0, failed=True)
    return {**report(number), "worker": worker, "offline": down, **mine.take()}


def links(recorder: LoadRecorder) -> list[tuple[str, int, float | None]]:
    """Worker, second and failures of each record about a link; None where it tells no counts."""
    recorder.close()
    recorder.journal.finish()
    found = read_run(recorder.journal.path).of(LoadOffline)
    return [
        (each.worker, each.second, None if each.names is None else sum(row[2] for row in each.names.values()))
        for each in found
    ]


def test_what_a_worker_without_a_link_counted_is_written_apart(recorder: LoadRecorder) -> None:
    """
    Of those seconds alone, of that worker alone, and before the sums of all.
    """
    recorder.add(offline(0, "a", [2], {1: 1, 2: 3}))
    recorder.add(offline(0, "b", [], {1: 4, 2: 5}))
    recorder.flush(before=3)
    kinds = [json.loads(line)["kind"] for line in recorder.journal.path.read_text(encoding="utf-8").splitlines()]
    assert kinds[-4:] == ["load-offline", "load-second", "load-offline", "load-second"]
    assert links(recorder) == [("a", 2, None), ("a", 2, 3)]


def test_answers_that_come_late_are_added_to_what_is_written_apart(recorder: LoadRecorder) -> None:
    """
    A second may be written twice, and one without a request of that worker is told too.
    """
    recorder.add(offline(0, "a", [2], {}))
    recorder.add(offline(0, "b", [], {2: 5}))
    recorder.flush(before=3)
    recorder.add(offline(1, "a", [], {2: 7}))
    assert links(recorder) == [("a", 2, None), ("a", 2, 0), ("a", 2, 7)]


def test_a_link_that_was_missed_until_the_second_was_written_tells_no_counts(recorder: LoadRecorder) -> None:
    """
    A part of them, those that come late, would make the rest look like what others sent.
    """
    recorder.add(offline(0, "a", [], {2: 3}))
    recorder.flush(before=3)
    recorder.add(offline(1, "a", [2], {2: 1}))
    assert links(recorder) == [("a", 2, None)]
