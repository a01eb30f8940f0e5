"""Cases 23 and 25: a monitor that gets no processor accuses nobody with its own timeouts, and a target that hangs hides behind nothing."""

from pathlib import Path

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Requests, Sample, Slot, WatchFacts
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.slots import shown_by
from rollout.plan import Limit
from tests.judge.ledgers import NOW, PLAN, judged, reason, start, verdict

EVERY = 30.0


def watched(folder: Path, late: dict[int, float], bad: set[int], waited: dict[int, float] | None = None) -> Decision:
    """
    An hour in which some rounds were late by so many seconds, and some saw everything bad.

    In some a target on the same machine *waited* for a processor for so many percent of its time.
    """
    begin = NOW - 121 * EVERY
    with start(folder, "watch", at=begin, watch=WatchFacts(interval_s=EVERY, for_s=3600, step="all")) as journal:
        for number in range(121):
            up, queue = (0.0, 500.0) if number in bad else (1.0, 3.0)
            samples = {
                "celery.queue_tasks": Sample(value=queue),
                "celery.workers_count": Sample(value=1.0),
                "redis.memory_percent": Sample(value=20.0 if up else 99.0),
                "service.available": Sample(value=up, text="no answer: timed out"),
            }
            slot = Slot(
                due=begin + number * EVERY,
                number=number,
                samples=samples,
                late_s=late.get(number, 0.0),
                target_waited_percent=(waited or {}).get(number),
            )
            journal.append(slot)
    return judged(folder)


@pytest.mark.parametrize("name", ["queue", "available"])
@pytest.mark.parametrize(
    ("late_s", "expected"), [(0.0, "BROKEN"), (1.0, "BROKEN"), (1.001, "MET")], ids=["on time", "at the limit", "late"]
)
def test_what_a_late_round_says_is_missing_and_not_bad(tmp_path: Path, name: str, late_s: float, expected: str) -> None:
    """
    Case 25: four probes timed out while the watch itself waited for a processor; a second is forgiven, and no more.
    """
    late = dict.fromkeys(range(40, 44), late_s)
    assert verdict(watched(tmp_path, late, set(late)), name) == expected


DOWN = {40, 41, 42, 43}


@pytest.mark.parametrize("name", ["queue", "available"])
@pytest.mark.parametrize(("percent", "expected"), [(49.9, "BROKEN"), (50.0, "UNPROVEN")])
def test_a_target_that_got_no_processor_of_this_machine_is_not_down(
    tmp_path: Path, name: str, percent: float, expected: str
) -> None:
    """
    Case 25: a stand-in beside other work hangs as its monitor would.
    """
    assert verdict(watched(tmp_path, {}, DOWN, dict.fromkeys(DOWN, percent)), name) == expected


def test_a_memory_is_as_full_on_an_idle_machine(tmp_path: Path) -> None:
    """
    Case 25, the other way: nothing that a lack of a processor cannot cause is forgiven for it.
    """
    watched(tmp_path, {}, DOWN, dict.fromkeys(range(121), 90.0))
    queue = next(each for each in PLAN.criteria if each.id == "queue")
    limit = Limit(op="<", value=80, unit="%")
    memory = queue.model_copy(
        update={"metric": "redis.memory_percent", "limit": limit, "liveness": None, "id": "memory"}
    )
    rules = PLAN.model_copy(update={"criteria": (memory,)})
    decision = decide(rules, "stage", read_ledger([tmp_path]), NOW, prerequisites=())
    assert verdict(decision, "memory") == "BROKEN"


@pytest.mark.parametrize("name", ["queue", "available"])
@pytest.mark.parametrize(("bad", "expected"), [(set(), "MET"), (DOWN, "BROKEN")], ids=["good", "bad"])
def test_what_holds_without_a_processor_holds_and_a_break_beside_it_accuses(
    tmp_path: Path, name: str, bad: set[int], expected: str
) -> None:
    """
    Case 25: only what the target failed at in a round without a processor is forgiven.
    """
    assert verdict(watched(tmp_path, {}, bad, dict.fromkeys(range(60, 121), 90.0)), name) == expected


@pytest.mark.parametrize("name", ["queue", "available"])
def test_a_watch_that_is_late_too_often_proves_nothing(tmp_path: Path, name: str) -> None:
    """
    Case 23: late rounds are missing ones, good or bad: five in a row, and nothing is shown.
    """
    decision = watched(tmp_path, dict.fromkeys(range(40, 45), 4.2), set())
    assert verdict(decision, name) == "UNPROVEN"
    assert reason(decision, name) == (
        "5 samples in a row are missing: the monitor itself was kept from a processor for 4.2 s, limit 1 s"
    )


def test_a_late_round_hides_no_break_beside_it(tmp_path: Path) -> None:
    """
    Case 25: what the rounds on time saw accuses as before.
    """
    assert verdict(watched(tmp_path, {40: 5.0}, {40, 41, 42}), "available") == "BROKEN"


def test_time_that_was_watched_late_was_not_watched(tmp_path: Path) -> None:
    """
    Case 2: a round in which nothing could be seen is no part of the window.
    """
    assert verdict(watched(tmp_path, {}, set()), "watched") == "MET"
    assert verdict(watched(tmp_path / "late", {40: 5.0}, set()), "watched") == "UNPROVEN"


def test_counts_of_users_are_the_targets_own_and_stay() -> None:
    """
    Case 25: a late look reads the same counters, so that lateness hides no failed request.
    """
    counted = Sample(value=5, requests=Requests(n=5, failed=5))
    slot = Slot(due=0, number=0, samples={"users.requests": counted, "x": Sample(value=1)}, late_s=9.0)
    assert shown_by(slot)["users.requests"] is counted
    assert shown_by(slot)["x"].value is None
    assert shown_by(Slot(due=0, number=0, samples={"x": Sample(value=1)}))["x"].value == 1
