"""The monitor samples what the criteria of a phase and step are about, and nothing else."""

import pytest

from rollout.plan import Criterion, load_plan
from rollout.sources.installed import source_types
from rollout.sources.registry import known, metric, source_of
from rollout.sources.source import SourceType
from rollout.watch.sampler import sampled
from tests.judge.ledgers import PLAN, criterion


def names(criteria: list[Criterion], step: str | None = None) -> list[str]:
    """The names under which samples are recorded."""
    return [each.sampled for each in sampled(criteria, step)]


def criteria(*some: str) -> list[Criterion]:
    """Criteria of the small plan, by id."""
    return [PLAN.criterion(f"stage.{name}") for name in some]


def test_a_phase_of_the_rollout_has_the_samples_it_had() -> None:
    """
    The names in journals are those of before.
    """
    assert sorted(names(load_plan().criteria_of("phase1"))) == [
        "celery.queue_tasks",
        "celery.workers_count",
        "database.connections_percent",
        "redis.memory_percent",
        "service.available",
    ]


def test_the_budgets_on_users_share_one_sample() -> None:
    """
    Error rate, p95 and availability of users come from one count.
    """
    late = load_plan().criteria_of("phase3")
    users = [item for item in late if item.metric and item.metric.startswith("users.")]
    assert len(users) == 3
    assert {item.measured.sampled for item in users} == {"users.requests"} <= {*names(late)}


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        pytest.param(["available"], ["service.available"], id="a level that nobody asks for"),
        pytest.param(["queue"], ["celery.queue_tasks", "celery.workers_count"], id="a level and its liveness"),
        pytest.param(["watched"], ["service.available"], id="only to have watched"),
        pytest.param(["answers", "signed"], ["service.available"], id="nothing sampled"),
    ],
)
def test_only_what_is_asked_for_is_sampled(some: list[str], expected: list[str]) -> None:
    """
    A phase without a queue criterion samples no queue.
    """
    assert names(criteria(*some)) == expected


def test_a_criterion_of_another_step_is_not_sampled() -> None:
    """
    While one step is watched, what holds at another one is left out.
    """
    limit = {"op": "<", "value": 80, "unit": "%"}
    other = Criterion.model_validate(
        criterion("memory", "metric", metric="redis.memory_percent", limit=limit, step="half")
    )
    assert names([other, *criteria("available")], "quarter") == ["service.available"]
    assert names([other, *criteria("available")], "half") == ["redis.memory_percent", "service.available"]


@pytest.mark.parametrize("source", source_types(), ids=lambda source: source.name)
def test_a_source_tells_what_it_takes(source: SourceType) -> None:
    """
    Each metric carries the name of its source, is in the registry, and is found again by its name.
    """
    for each in source.metrics:
        assert each.source == source.name
        assert known()[each.name] == metric(each.name) == each
        assert source_of(each.name) is source
