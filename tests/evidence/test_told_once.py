"""A record that a journal tells twice counts once, and the run says so."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from rollout.evidence import JournalState, Record, Run
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import Canary, LoadGenerator, LoadOffline, LoadRefused, LoadSecond, RunStarted
from tests.judge.ledgers import origin

SECOND = LoadSecond(t=2.0, second=1, planned=1, sent=1, names={"list": [1.0]})
READING = LoadGenerator(t=2.0, worker="w", second=1, cpu_percent=9.0)
REFUSED = LoadRefused(t=3.0, second=1, names={"list": 1})
OFFLINE = LoadOffline(t=3.0, second=1, worker="w", names={"list": [1.0]})
CANARY = Canary(t=4.0, written=1, verified=1, missing=(), altered=())


def told(*records: Record) -> Run:
    """A run of these records after its first one."""
    first = RunStarted(t=1.0, run="a", known=(), columns=("due",), **origin("pytest").model_dump())
    return run_of(Path("a.jsonl"), JournalState.COMPLETE, [first, *records])


@pytest.mark.parametrize("record", [SECOND, READING, REFUSED, OFFLINE, CANARY], ids=lambda each: type(each).__name__)
def test_a_record_told_twice_counts_once(record: Record) -> None:
    """
    Of whatever kind.
    """
    run = told(SECOND, READING, record, record)
    assert list(run.of(type(record))) == [record]
    assert str(record.__struct_config__.tag) in run.again


@pytest.mark.parametrize("record", [SECOND, READING, CANARY], ids=lambda each: type(each).__name__)
def test_the_same_words_at_another_time_are_another_record(record: Record) -> None:
    """
    Counts that come late are added.
    """
    run = told(record, replace(record, t=9.0))
    assert (len(list(run.of(type(record)))), run.again) == (2, "")


@pytest.mark.parametrize("record", [REFUSED, OFFLINE], ids=lambda each: type(each).__name__)
def test_a_part_of_the_sums_is_told_no_more_often_than_they_are(record: Record) -> None:
    """
    It is written with them: a second one without them excuses nothing.
    """
    late = replace(record, t=9.0)
    run = told(SECOND, record, late)
    assert (list(run.of(type(record))), run.again) == ([record], f"1 {record.__struct_config__.tag}")
    run = told(SECOND, replace(SECOND, t=8.0), record, late)
    assert (list(run.of(type(record))), run.again) == ([record, late], "")


def test_each_worker_tells_its_own_part() -> None:
    """
    Two workers without a link in one second are two records of it; that each had none is told apart.
    """
    mine = [OFFLINE, replace(OFFLINE, worker="v"), replace(OFFLINE, names=None), replace(OFFLINE, t=9.0, names=None)]
    run = told(SECOND, *mine)
    assert (list(run.of(LoadOffline)), run.again) == (mine, "")
