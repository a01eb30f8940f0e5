"""A run stops early only when NO-GO or ROLLBACK is certain, and says how much certainty still needs."""

import pytest

from rollout.evidence.records import LoadGenerator
from rollout.evidence.row import Row
from rollout.judge.finding import Case
from rollout.judge.prospect import SETTLED_S
from rollout.judge.request_budget import budget
from rollout.locust_plugin.controller.early_stop import EarlyStop
from rollout.plan import Limit
from tests.judge.loads import PLAN, START, Load, row, second

ROW_OF_20 = row()
FAILED = row(err=20)


def early_stop(*names: str, loads: tuple[Load, ...] = ()) -> EarlyStop:
    """Early stop by some budgets of the small plan."""
    runs = tuple(load.run() for load in loads)
    cases = [Case(PLAN.criterion(f"stage.{name}"), PLAN.phase("stage"), runs, START + 100.0) for name in names]
    return EarlyStop(cases, 1, (500.0, 1000.0), {})


def run(found: EarlyStop, seconds: int, counted: Row) -> str:
    """Let some equal seconds pass; the first reason to stop."""
    for at in range(seconds):
        found.see(START + at, {"projects.list": counted})
        if reason := found.certain(START, START + at + 3):
            return reason
    return ""


def test_a_good_run_goes_on_to_its_end() -> None:
    """
    GO is never reached early: three minutes without a fault are no reason to stop.
    """
    assert run(early_stop("errors", "fast", "certainly-fast"), 180, ROW_OF_20) == ""


def test_a_passed_trigger_stops_the_run() -> None:
    """
    A tenth of the requests failing ends the run as soon as the trigger is certain, and not by its budget before.
    """
    assert "trigger > 5 %" in run(early_stop("fast", "errors"), 60, row(err=2))


def test_a_wait_that_lasts_passes_a_trigger_of_its_own_though_nothing_failed() -> None:
    """
    A trigger on latency counts the requests beyond it, not those that failed.
    """
    found = early_stop("fast")
    (fast,) = found.prospects
    fast.trigger = budget(Limit(op=">", value=1000, unit="ms"), fast.criterion.measured)
    for at in range(60):
        found.see(START + at, {"projects.list": row(ms=1200.0, slow=(20, 20))}, 20, 20)
    assert fast.alarm(START + 80)


def test_an_outage_of_a_service_that_is_asked_seldom_stops_the_run() -> None:
    """
    One request in each ten seconds, none of them answered: the seconds between tell nothing, and nothing failed in them.
    """
    found = early_stop("errors")
    for at in (0, 10, 20, 29):
        found.see(START + at, {"projects.list": row(1, err=1)}, 1, 1)
    assert "trigger > 5 %" in found.certain(START, START + 33)


def test_seconds_without_a_request_accuse_nobody() -> None:
    """
    Good requests in every fifth second: the quiet ones between add nothing bad.
    """
    found = early_stop("errors")
    for at in range(0, 120, 5):
        found.see(START + at, {"projects.list": ROW_OF_20}, 20, 20)
        assert found.certain(START, START + at + 3) == ""


def test_a_blip_does_not_stop_the_run_by_its_trigger() -> None:
    """
    Two seconds in which everything failed are no reason to roll back.
    """
    found = early_stop("errors")
    assert run(found, 60, ROW_OF_20) == ""
    found.see(START + 60, {"projects.list": FAILED})
    assert "trigger" not in run(found, 120, ROW_OF_20)


def test_a_blip_that_the_rest_of_the_run_can_make_up_for_does_not_stop_it() -> None:
    """
    Eleven failures at the beginning: the bet on broken has won early, and of 1200 requests fewer than 1 % failed.
    """
    found = early_stop("errors")
    assert found.certain(START, START) == ""
    for at in range(60):
        errors = {0: 6, 1: 5}.get(at, 0)
        found.see(START + at, {"projects.list": row(err=errors)})
        assert found.certain(START, START + at + 3) == ""
    assert found.prospects[0].broken.decision() == "broken"


def test_a_generator_that_stood_still_accuses_nobody() -> None:
    """
    Five seconds of arrivals that left late are slow, and the generator's own fault.
    """
    found = early_stop("fast")
    late = row(late=20, ms=5000.0, slow=(20, 20))
    for at in range(60):
        found.see(START + at, {"projects.list": late if 20 <= at < 25 else ROW_OF_20}, 20, 20)
        assert found.certain(START, START + at + 3) == ""


def test_a_broken_budget_stops_the_run_once_its_seconds_have_settled() -> None:
    """
    Every request slow: certain soon, but not before late answers had their time.
    """
    found = early_stop("fast")
    slow = row(ms=600.0, slow=(20, 0))
    assert run(found, SETTLED_S - 3, slow) == ""
    assert "certainly broken its limit < 500 ms" in run(found, 60, slow)


def test_what_an_earlier_attempt_lost_counts_against_this_one() -> None:
    """
    A rerun begins with the capital of the run before: here it is lost already.
    """
    slow = Load(seconds=[second(at, slow=20) for at in range(60)])
    assert early_stop("fast", loads=(slow,)).certain(START, START) != ""


def test_it_says_how_many_slices_certainty_needs() -> None:
    """
    74 good slices make 5 % certain, and the outlook counts down.
    """
    found = early_stop("certainly-fast")
    assert found.outlook() == "74 more slices for certainly-fast"
    run(found, 30 + SETTLED_S - 3, ROW_OF_20)
    assert found.outlook() == "45 more slices for certainly-fast"
    run(found, 200, ROW_OF_20)
    assert found.outlook() == ""


@pytest.mark.parametrize("told", ["before", "after"], ids=["told before the second", "told after the second"])
def test_seconds_without_a_link_of_its_own_accuse_nobody(told: str) -> None:
    """
    Case 25: a minute in which everything failed while the generator's own link was down stops no run, and breaks no budget.
    """
    found = early_stop("errors", "fast")
    for at in range(120):
        down = 20 <= at < 80
        if down and told == "before":
            found.offline(START + at)
        found.see(START + at, {"projects.list": FAILED if down else ROW_OF_20}, 20, 20)
        if down and told == "after":
            found.offline(START + at)
        assert found.certain(START, START + at + 3) == ""


@pytest.mark.parametrize(("waited", "stopped"), [(30.0, True), (90.0, False), (None, True)])
def test_a_target_without_a_processor_of_this_machine_stops_no_run(waited: float | None, stopped: bool) -> None:
    """
    Case 25: all requests fail, while a target beside the generator waits for a processor more or less.
    """
    found = early_stop("errors")
    ends = []
    for at in range(60):
        found.reading(LoadGenerator(worker="w", second=START + at, cpu_percent=5.0, target_waited_percent=waited))
        found.see(START + at, {"projects.list": FAILED}, 20, 20)
        ends.append(found.certain(START, START + at + 3))
    assert any(ends) is stopped


def test_a_break_beside_seconds_without_a_link_still_fires_the_trigger() -> None:
    """
    Case 25, the other way: one offline second hides no minute of failures that came over a link.
    """
    found = early_stop("errors")
    found.offline(START)
    assert "trigger" in run(found, 120, FAILED)


def test_what_was_bet_on_is_counted() -> None:
    """
    One of twenty fails in each second; the seconds that have not settled are not counted yet.
    """
    found = early_stop("errors")
    run(found, 20, row(err=1))
    (errors,) = found.prospects
    bad, total = errors.counted
    assert (total, bad) == (20 * bad, 20 + 3 - 1 - SETTLED_S)
