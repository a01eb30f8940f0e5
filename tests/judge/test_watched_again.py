"""What a later watch needs to make up for one that failed: as much as the plan asks of a proof."""

from typing import Any

import pytest

from rollout.evidence import Run
from rollout.evidence.records import Record, Requests, Sample, Slot, WatchFacts
from rollout.judge.watched_again import DecisionScope, watched_again
from rollout.plan import Plan
from tests.judge.ledgers import NOW, PLAN, criterion
from tests.judge.loads import PLAN as LOAD_PLAN
from tests.properties.ledgers import cut, good, rounds, run, started

HOUR = NOW - 4000
STEPS = [
    {"id": "some", "exposure": "some", "percent": 25, "monitor": "1h"},
    {"id": "all", "exposure": "everyone", "percent": 100, "monitor": "1h"},
]


def plan(*criteria: dict[str, Any], steps: list[dict[str, Any]] | None = None) -> Plan:
    """The small plan with *criteria*, beside one about the time at each step, in place of its own."""
    document = PLAN.model_dump(mode="json")
    document["phases"][0] |= {"deadline": "1w", "steps": steps or STEPS[1:]}
    covered = {"metric": "window.covered_hours", "limit": {"op": ">=", "value": 1, "unit": "h"}}
    times = (
        criterion(f"at-{each['id']}", "metric", step=each["id"], **covered)
        for each in steps or STEPS[1:]
        if "monitor" in each
    )
    document["criteria"] = [*criteria, *times]
    return Plan.model_validate(document)


def queue(**more: Any) -> dict[str, Any]:
    """A criterion on the length of the queue."""
    limit = {"op": "<", "value": 100, "unit": "tasks"}
    return criterion("queue", "metric", metric="celery.queue_tasks", limit=limit, **more)


def watch(*records: Record, step: str = "all", **more: Any) -> Run:
    """A whole run of the monitor at a *step*."""
    facts = WatchFacts(interval_s=30, for_s=3600, step=step)
    return run(started("watch", 5, HOUR, watch=facts, **more), list(records))


def enough(rules: Plan, *later: Run, instead: Run | None = None, window_s: float | None = None) -> bool:
    """Whether *later* runs make up for a watch."""
    return watched_again(later, instead, DecisionScope(rules, rules.phase("stage"), window_s))


@pytest.mark.parametrize(("count", "expected"), [(1, False), (60, False), (120, False), (121, True)])
def test_the_window_must_be_watched_again(count: int, expected: bool) -> None:
    """
    One look proves nothing of an hour, and half an hour proves half of it.
    """
    assert enough(PLAN, watch(*rounds(HOUR, count=count))) is expected


def test_runs_add_up_until_the_window_was_watched() -> None:
    """
    A monitor that is resumed makes up for one that failed as one that was not interrupted does.
    """
    first, second = watch(*rounds(HOUR, count=60)), watch(*rounds(HOUR + 60 * 30, count=61))
    assert not enough(PLAN, first)
    assert enough(PLAN, first, second)
    assert not enough(PLAN, first, cut(second, 50))


def test_a_rehearsal_has_its_own_window() -> None:
    """
    In a rehearsal of five minutes a watch of five minutes is whole.
    """
    assert enough(PLAN, watch(*rounds(HOUR, count=11)), window_s=300)
    assert not enough(PLAN, watch(*rounds(HOUR, count=5)), window_s=300)


@pytest.mark.parametrize(("least", "expected"), [(121, True), (122, False)])
def test_the_least_number_of_samples_must_be_there(least: int, expected: bool) -> None:
    """
    A window with fewer samples than the plan calls a proof makes up for nothing.
    """
    assert enough(plan(queue(least=least)), watch(*rounds(HOUR))) is expected


def test_every_metric_must_have_been_sampled() -> None:
    """
    A watch that saw the service and not its queue is no watch of both.
    """
    blind = [Slot(due=HOUR + at * 30, number=at, samples={"service.available": Sample(value=1.0)}) for at in range(121)]
    assert enough(plan(), watch(*blind))
    assert not enough(plan(queue()), watch(*blind))


def test_what_the_target_may_leave_out_or_decides_nothing_need_not_be_sampled() -> None:
    """
    A criterion that is waivable and left out, and an advisory one, are not waited for.
    """
    without = {"stage.queue": "there is none"}
    blind = [Slot(due=HOUR + at * 30, number=at, samples={"service.available": Sample(value=1.0)}) for at in range(121)]
    assert enough(plan(queue(waivable=True)), watch(*blind, not_applicable=without))
    assert not enough(plan(queue(waivable=True)), watch(*blind))
    assert not enough(plan(queue()), watch(*blind, not_applicable=without))
    assert enough(plan(queue(advisory=True)), watch(*blind))


def test_requests_of_users_are_counted_and_not_the_looks_at_them() -> None:
    """
    The least number of a share of users' requests is one of requests.
    """
    limit = {"op": "<", "value": 1, "unit": "%"}
    failed = criterion("users", "metric", metric="users.failed_percent", limit=limit, least=1000)
    counts = [Sample(value=number, requests=Requests(n=number, failed=0)) for number in (8, 9)]
    few, many = (
        [Slot(due=HOUR + at * 30, number=at, samples={"users.requests": each}) for at in range(121)] for each in counts
    )
    assert not enough(plan(failed), watch(*few))
    assert enough(plan(failed), watch(*many))


def test_only_the_step_of_the_watch_that_was_cut_short_makes_up_for_it() -> None:
    """
    An hour at full exposure is none at a quarter; where the step is not known each of them must be watched again.
    """
    rules = plan(steps=STEPS)
    some, every = watch(*rounds(HOUR), step="some"), watch(*rounds(HOUR), step="all")
    torn = cut(watch(step="some"), 1)
    assert enough(rules, some, instead=torn)
    assert not enough(rules, every, instead=torn)
    assert not enough(rules, some)
    assert enough(rules, some, every)


def test_a_look_at_another_step_is_none_though_no_window_is_asked_for() -> None:
    """
    Where steps are not watched for a time, the samples that make up for others are still those of their step.
    """
    steps = [{name: said for name, said in step.items() if name != "monitor"} for step in STEPS]
    rules = plan(queue(least=2), steps=steps)
    few, torn = list(rounds(HOUR, count=2)), cut(watch(step="some"), 1)
    assert enough(rules, watch(*few, step="some"), instead=torn)
    assert not enough(rules, watch(*few, step="all"), instead=torn)


def test_a_phase_that_asks_nothing_of_a_monitor_takes_any_that_saw_something() -> None:
    """
    Where no criterion is about a sample, one sample is enough, and none is not.
    """
    blind = Slot(due=HOUR, number=0, samples={"celery.queue_tasks": Sample(error="no way in")})
    assert enough(LOAD_PLAN, watch(*rounds(HOUR, count=1)))
    assert not enough(LOAD_PLAN, watch(blind))
    assert not enough(LOAD_PLAN)
    assert not enough(LOAD_PLAN, good("drill", 5, HOUR))
