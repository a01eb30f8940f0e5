"""A folder on the import path for packages of a test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.sources.installed import installed


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder on the import path."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    installed.cache_clear()
    yield tmp_path
    installed.cache_clear()
    for name in {name for name in set(sys.modules) - before if name.startswith("vendor_")}:
        sys.modules.pop(name)
