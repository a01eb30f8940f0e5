"""The cache is used, and never shows yesterday."""

from collections.abc import Callable

import pytest

from rollout.target.answer import expect_as
from xcodereviewer.api import Api
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.models import CacheCounters

pytestmark = pytest.mark.criterion("features-functional")
Record = Callable[[str, object], None]
READS = 5


def test_reading_a_list_again_hits_the_cache(admin: Api, api: Api, record_property: Record) -> None:
    """
    The cache's hit counter moves when the same list is read again and again.
    """
    before = hits(admin)
    for _ in range(READS):
        api.projects()
        api.overview()
    gained = hits(admin) - before
    record_property("cache.hits_gained_count", gained)
    assert gained > 0, f"{READS} readings of the same list: got no hit, want some"


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


def hits(admin: Api) -> int:
    """How often the cache had what was asked for."""
    return expect_as(CacheCounters, admin.get("/monitoring/redis/cache")).used
