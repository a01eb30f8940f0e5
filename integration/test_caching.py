"""The cache never shows yesterday."""

import pytest

from xcodereviewer.api import Api
from xcodereviewer.fixtures.test_data import NewProject

pytestmark = pytest.mark.criterion("features-functional")


@pytest.mark.promise("api: GET /api/v1/projects")
def test_a_change_is_seen_at_once_in_spite_of_the_cache(api: Api, new_project: NewProject) -> None:
    """
    A list that was just read shows the project that was created after it.
    """
    for _ in range(3):
        before = api.projects().total
        project = new_project()
        assert api.projects().total == before + 1
        api.delete_project(project.id)
        assert api.projects().total == before
