"""The fixture of the project in which commands run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.project import Project
from tests.watch.service import Service, serving


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Project]:
    """A project whose target is a healthy service on this machine."""
    with serving(Service()) as service:
        yield Project(tmp_path / "project", service, monkeypatch, capsys)
