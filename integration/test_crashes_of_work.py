"""Workers and their broker die in the middle of work: no review that was asked for is lost, and new ones are done.

A review that fails where nothing was killed says nothing about an outage: the first review of the run comes before.
"""

import pytest

from rollout.target.answer import expect, expect_as, summary_of
from rollout.target.obstacle import Obstacle
from rollout.target.wait import eventually
from xcodereviewer.api import Api
from xcodereviewer.fixtures.disposable_standin import NOT_KILLED, NOTICED_S, DisposableStandin
from xcodereviewer.fixtures.reviews import source_of
from xcodereviewer.models import Page, Task
from xcodereviewer.unique_names import fresh_name

pytestmark = [pytest.mark.standin_only(NOT_KILLED), pytest.mark.usefixtures("completed")]


@pytest.mark.criterion("features-functional")
@pytest.mark.promise("plan: No data loss")
def test_a_review_asked_for_while_the_broker_is_down_is_not_lost_silently(
    disposable_standin: DisposableStandin,
) -> None:
    """
    It is either refused aloud and not stored, or accepted and done once the broker is back.
    """
    api = disposable_standin.newcomer()
    project = api.new_project(fresh_name(), **source_of(disposable_standin.target))
    with disposable_standin.without("redis"):
        answer = expect(api.post("/tasks", {"project_id": project.id, "name": "later"}), 201, 503)
    if answer.status_code == 503:
        assert expect_as(Page[Task], api.get("/tasks", project_id=project.id)).total == 0
    else:
        assert api.ended(expect_as(Task, answer, 201)).status == "completed"


@pytest.mark.criterion("beyond-promises")
@pytest.mark.promise("advisory: nothing is said about reviews whose worker dies")
def test_a_review_survives_the_death_of_its_worker(disposable_standin: DisposableStandin) -> None:
    """
    A review whose worker was killed is taken up again and ends; retries do not go on for ever.
    """
    api = disposable_standin.newcomer()
    project = api.new_project(fresh_name(), **source_of(disposable_standin.target))
    with disposable_standin.slow_reviews():
        task = under_way(api, api.new_task(project))
        with disposable_standin.without("worker"):
            under_way(api, task)
    assert api.ended(task).status == "completed"


def under_way(api: Api, task: Task) -> Task:
    """*task* while a worker is at work on it; Obstacle if it does not begin, or is over already."""

    def running() -> Task:
        now = api.task(task.id)
        assert now.status == "running", f"task {task.id}: got {now.status}, want running"
        return now

    try:
        return eventually(running, within=NOTICED_S)
    except AssertionError as error:
        raise Obstacle(f"no review is under way when the worker dies: {summary_of(error)}") from None


@pytest.mark.criterion("workflows-functional")
@pytest.mark.promise("plan: All services healthy")
def test_the_worker_takes_work_again_after_an_outage_of_the_broker(disposable_standin: DisposableStandin) -> None:
    """
    A review that is asked for once the broker is back comes to its end: a worker that only answers pings is none.
    """
    api = disposable_standin.newcomer()
    project = api.new_project(fresh_name(), **source_of(disposable_standin.target))
    with disposable_standin.without("redis"):
        pass
    assert api.ended(api.new_task(project)).status == "completed"
