"""In which order the checks of the suite run."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from xcodereviewer.fixtures.reachability import pytest_collection_modifyitems


def item(name: str, *fixtures: str, criterion: str = "other") -> Any:
    """A collected test, as far as its turn depends on it."""
    mark = pytest.mark.criterion(criterion).mark
    return SimpleNamespace(name=name, fixturenames=fixtures, iter_markers=lambda _: iter([mark]))


def test_services_come_first_and_long_tests_before_short_ones() -> None:
    """
    Tests of one place keep their order.
    """
    items = [
        item("short", "api"),
        item("kills", "api", "disposable_standin"),
        item("healthy", criterion="services-healthy"),
        item("odd", "call_oddly"),
        item("killed and healthy", "disposable_standin", criterion="services-healthy"),
        item("shorter"),
    ]
    pytest_collection_modifyitems(cast("list[pytest.Item]", items))
    assert [each.name for each in items] == ["healthy", "killed and healthy", "kills", "odd", "short", "shorter"]
