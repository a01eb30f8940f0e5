"""Which samples of one moment would not do: no value, a limit that does not hold, nobody there."""

import pytest

from rollout.evidence.records import Requests, Sample
from rollout.judge.bad_samples import bad_samples
from rollout.plan import Plan, load_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


@pytest.mark.parametrize(
    ("name", "good", "bad", "said"),
    [
        ("redis.memory_percent", Sample(value=79.9), Sample(value=80), "80 %, want < 80 %"),
        ("database.connections_percent", Sample(value=0), Sample(value=100), "100 %, want < 80 %"),
        ("celery.queue_tasks", Sample(value=99), Sample(value=100), "100 tasks, want < 100 tasks"),
        ("service.available", Sample(value=1), Sample(value=0), "0 %, want > 99.9 %"),
        ("celery.workers_count", Sample(value=1), Sample(value=0, text="0 answered"), "0 answered"),
        ("postgresql.connections_percent", Sample(value=100), Sample(error="refused"), "refused"),
        (
            "users.requests",
            Sample(value=200, requests=Requests(n=200, failed=1)),
            Sample(value=200, requests=Requests(n=200, failed=2)),
            "1 %, want < 1 %",
        ),
    ],
)
def test_a_sample_is_bad_where_a_limit_of_the_plan_does_not_hold(
    plan: Plan, name: str, good: Sample, bad: Sample, said: str
) -> None:
    """
    Or where there is no value; what nobody limits is bad only then.
    """
    assert bad_samples(plan, {name: good}) == {}
    assert bad_samples(plan, {name: bad}) == {name: said}


def test_users_who_sent_nothing_say_nothing(plan: Plan) -> None:
    """
    A share of no requests is none.
    """
    assert bad_samples(plan, {"users.requests": Sample(value=0, requests=Requests(n=0, failed=0))}) == {}
    assert bad_samples(plan, {}) == {}
