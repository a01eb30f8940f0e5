"""Statistics agree with what was made."""

import pytest

from rollout.target.answer import expect
from rollout.target.wait import eventually
from xcodereviewer.api import Api
from xcodereviewer.unique_names import fresh_name

pytestmark = [pytest.mark.criterion("features-functional"), pytest.mark.promise("api: GET /api/v1/statistics/overview")]


def test_statistics_count_what_a_person_made(newcomer: Api, reviewable: dict[str, str]) -> None:
    """
    After one project and one review, a new person's overview counts exactly these, and every issue as open.
    """
    project = newcomer.new_project(fresh_name(), **reviewable)
    task = newcomer.ended(newcomer.new_task(project))

    def counted() -> None:
        after = newcomer.overview()
        assert after.total_projects == 1
        assert (after.total_tasks, after.completed_tasks, after.running_tasks) == (1, 1, 0)
        assert after.total_issues == after.open_issues == task.total_issues

    eventually(counted, within=5)


def test_a_resolved_issue_is_no_longer_counted_open(newcomer: Api, reviewable: dict[str, str]) -> None:
    """
    Resolving one issue takes one from the open issues and none from all.
    """
    project = newcomer.new_project(fresh_name(), **reviewable)
    task = newcomer.ended(newcomer.new_task(project))
    newcomer.set_status(newcomer.an_issue(task), "resolved")

    def counted() -> None:
        overview = newcomer.overview()
        assert (overview.total_issues, overview.open_issues) == (task.total_issues, task.total_issues - 1)

    eventually(counted, within=5)


@pytest.mark.parametrize("path", ["/statistics/trends?days=7", "/statistics/quality", "/issues/statistics"])
def test_every_statistics_page_answers(api: Api, path: str) -> None:
    """
    The pages of charts answer with JSON.
    """
    assert isinstance(expect(api.get(path)).json(), dict | list)
