"""A system for the tests of this folder; a file with a fixture of the same name has another one."""

from collections.abc import Iterator

import pytest

from tests.watch.service import Service, serving


@pytest.fixture
def service() -> Iterator[Service]:
    """A healthy system on this machine that answers what a test says."""
    with serving(Service()) as running:
        yield running
