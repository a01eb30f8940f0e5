"""Whatever a package may add is named in one place, and found with one file and one line."""

import pkgutil
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from rollout.cli.doctor_lines import show_extensions
from rollout.extensions import GROUPS, NOTIFIERS, RENDERERS, ExtensionError, ExtensionGroup, unusable
from rollout.plan import load_plan
from rollout.plan.parse import parsed
from rollout.render import begin
from tests.project.vendors import install

ROOT = Path(__file__).resolve().parents[2]
MODULE = "def render(decision, ledger, folder):\n    return None\n"
LINES = "[rollout.renderers]\nbraille = vendor_braille:render\nmorse = vendor_braille:no_such_function\n"


@pytest.fixture
def braille(site: Path) -> None:
    """An installed package with one renderer that works and one that does not exist."""
    install(site, "vendor_braille", MODULE, LINES)


def told() -> list[str]:
    """The lines of the doctor about what is installed."""
    out = StringIO()
    show_extensions(Console(width=300, file=out), unusable())
    return out.getvalue().splitlines()


def test_the_groups_are_those_that_the_project_fills() -> None:
    """
    A group that pyproject.toml fills is known to the engine, and each one that is known has an example there or in a test.
    """
    filled = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert sorted(filled) == sorted(group.name for group in GROUPS if group is not NOTIFIERS)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_protocol_of_a_group_stands_where_it_says(group: ExtensionGroup) -> None:
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
    found = "rollout.renderers (files of a decision): allure, braille, ctrf, html, json, junit, markdown, morse, otlp, textfile"
    assert found in told()


@pytest.mark.usefixtures("braille")
def test_an_entry_that_cannot_be_loaded_is_named_with_the_reason() -> None:
    """
    The doctor says it before a gate stumbles over it.
    """
    assert [line for line in told() if line.startswith("x ")] == [
        "x rollout.renderers: morse of package vendor_braille (vendor_braille:no_such_function) cannot be loaded:"
        " AttributeError: module 'vendor_braille' has no attribute 'no_such_function'; mend the package or uninstall it"
    ]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
@pytest.mark.parametrize(
    ("code", "said"),
    [
        pytest.param("1 / 0", "ZeroDivisionError: division by zero in {site}/vendor_bad.py:1", id="arithmetic"),
        pytest.param("raise ValueError('a\\nb')", "ValueError: a b in {site}/vendor_bad.py:1", id="two lines"),
        pytest.param("exit(0)", "SystemExit: 0 in <frozen _sitebuiltins>:26", id="exit"),
        pytest.param("import vendor_no", "ModuleNotFoundError: No module named 'vendor_no' in", id="no module"),
    ],
)
def test_whatever_a_package_does_while_it_is_loaded_is_one_line_of_the_doctor(
    site: Path, group: ExtensionGroup, code: str, said: str
) -> None:
    """
    The line names group, entry, package and reason, and the report goes on after it.
    """
    install(site, "vendor_bad", code, f"[{group.name}]\nbad = vendor_bad:X\n")
    (found,) = [line for line in told() if line.startswith("x ")]
    assert found.startswith(f"x {group.name}: bad of package vendor_bad (vendor_bad:X) cannot be loaded: ")
    assert said.format(site=site) in found


def test_a_source_that_cannot_be_loaded_is_no_fault_of_the_plan(site: Path) -> None:
    """
    One line names its package, and none of the criteria that it has nothing to do with.
    """
    install(site, "vendor_bad", "raise ValueError('a bug')", "[rollout.sources]\nbad = vendor_bad:X\n")
    parsed.cache_clear()
    with pytest.raises(ExtensionError, match=r"^rollout\.sources: bad of package vendor_bad .*: a bug in [^\n]*$"):
        load_plan()


def test_what_takes_renderers_long_begins_when_the_command_says_so(site: Path) -> None:
    """
    A package that lists its work in the group is called before there is a decision.
    """
    module = "from pathlib import Path\ndef begin():\n    Path(__file__).with_name('begun').touch()\n"
    install(site, "vendor_early", module, "[rollout.reports_begin]\nearly = vendor_early:begin\n")
    begin()
    assert (site / "begun").exists()
