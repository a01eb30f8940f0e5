"""Whatever a package may add is named in one place, and found with one file and one line."""

import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from rollout.cli.doctor import show_extensions
from rollout.extensions import GROUPS, RENDERERS, Group

ROOT = Path(__file__).resolve().parents[2]
MODULE = "def render(decision, ledger, folder):\n    return None\n"
LINES = "[rollout.renderers]\nbraille = vendor_braille:render\nmorse = vendor_braille:no_such_function\n"


@pytest.fixture
def braille(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package with one renderer that works and one that does not exist."""
    metadata = tmp_path / "vendor_braille-1.0.dist-info"
    metadata.mkdir()
    (tmp_path / "vendor_braille.py").write_text(MODULE, encoding="utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: vendor-braille\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(LINES, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("vendor_braille", None)


def told() -> list[str]:
    """The lines of the doctor about what is installed."""
    out = StringIO()
    show_extensions(Console(width=300, file=out))
    return out.getvalue().splitlines()


def test_the_groups_are_those_that_the_project_fills() -> None:
    """
    A group that pyproject.toml fills is known to the engine, and each one that is known has an example there.
    """
    filled = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert sorted(filled) == sorted(group.name for group in GROUPS)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_protocol_of_a_group_stands_where_it_says(group: Group) -> None:
    """
    Who writes an entry is led to what it must be.
    """
    assert pkgutil.resolve_name(group.takes)


@pytest.mark.usefixtures("braille")
def test_an_entry_of_another_package_is_found() -> None:
    """
    A renderer is one file and one line; the doctor lists it with those of the project.
    """
    assert "vendor_braille:render" in [entry.value for entry in RENDERERS.entries()]
    found = "rollout.renderers (files of a decision): allure, braille, ctrf, html, json, junit, markdown, morse"
    assert found in told()


@pytest.mark.usefixtures("braille")
def test_an_entry_that_cannot_be_loaded_is_named_with_the_reason() -> None:
    """
    The doctor says it before a gate stumbles over it.
    """
    assert [line for line in told() if line.startswith("x ")] == [
        "x rollout.renderers: morse cannot be loaded: vendor_braille:no_such_function: "
        "module 'vendor_braille' has no attribute 'no_such_function'"
    ]
