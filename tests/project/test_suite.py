"""The plan names its suite: a module in the project directory, or an installed one."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.plan import PlanError, load_plan
from rollout.plan.parse import plan_hash
from rollout.project import ProjectError, ProjectFolder
from rollout.suite import Suite, load_suite, suite_of
from rollout.target import Target

OWN = """
from rollout.suite import Suite

SUITE = Suite("own", release=lambda target: "7")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProjectFolder]:
    """An empty project, and imports as they were afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield ProjectFolder(tmp_path)
    for name in ("own_suite", "broken_suite", "no_suite_here"):
        sys.modules.pop(name, None)


def test_a_suite_in_the_project_directory_is_found(project: ProjectFolder) -> None:
    """
    Nothing has to be installed for it.
    """
    (project.root / "own_suite.py").write_text(OWN, encoding="utf-8")
    assert load_suite("own_suite").name == "own"


def test_an_installed_suite_is_found_from_any_directory(project: ProjectFolder) -> None:
    """
    A project may hold nothing but a plan and targets.
    """
    assert load_suite("xcodereviewer").prefix == "XCR_"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("own_suit", "", "no module 'own_suit' in "),
        ("no_suite_here", "suite = 1", "module 'no_suite_here' has no SUITE"),
        ("half_a_suite", "class SUITE:\n    sources = ()\n", "the SUITE of module 'half_a_suite' is no suite"),
    ],
)
def test_a_suite_that_is_not_there_is_a_fault_of_the_plan(
    project: ProjectFolder, name: str, text: str, complaint: str
) -> None:
    """
    The line says where it was looked for, or what is missing in it.
    """
    if text:
        (project.root / f"{name}.py").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=f"^{complaint}"):
        load_suite(name)


def test_the_plan_reader_names_a_suite_that_is_not_there(project: ProjectFolder) -> None:
    """
    The fault stands in the plan, so its line begins with the file and the key.
    """
    project.plan_file.write_text('suite = "own_suit"', encoding="utf-8")
    with pytest.raises(PlanError, match=r"^plan\.toml: suite: no module 'own_suit' in "):
        load_plan()


def test_an_error_inside_a_suite_looks_like_one(project: ProjectFolder) -> None:
    """
    A suite that imports what is not installed is not taken for one that is absent.
    """
    (project.root / "broken_suite.py").write_text("import nothing_of_that_name", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"cannot be loaded: ModuleNotFoundError: .*'nothing_of_that_name'"):
        load_suite("broken_suite")


def test_without_a_suite_the_engine_works_alone() -> None:
    """
    It has the generic settings of a target, asks nobody for a release and starts no stand-in.
    """
    suite = load_suite(None)
    target = Target(name="t", environment="staging", base_url="http://127.0.0.1:9")
    assert (suite.target, suite.embedded, suite.observed_release(target)) == (Target, None, "unknown")


def test_a_release_in_the_target_file_is_believed() -> None:
    """
    The system is asked only where the file says nothing, and never more than 200 characters are kept.
    """
    suite = Suite("s", release=lambda target: "a" * 300)
    target = Target(name="t", environment="staging", base_url="http://127.0.0.1:9")
    assert suite.observed_release(target) == "a" * 200
    assert suite.observed_release(target.model_copy(update={"release": "7"})) == "7"


@pytest.mark.parametrize("said", [None, "", " ", "None", "N/A", "--", "UNDEFINED"])
def test_a_system_that_says_no_name_has_an_unknown_release(said: str | None) -> None:
    """
    Case 12: what a template leaves where a name is missing is no name.
    """
    target = Target(name="t", environment="staging", base_url="http://127.0.0.1:9")
    assert Suite("s", release=lambda _: said).observed_release(target) == "unknown"


def test_naming_the_suite_leaves_the_hash_of_a_plan_as_it_was() -> None:
    """
    Evidence taken before the key existed stays valid; the meanings of a phase tell a suite that changed.
    """
    plan = load_plan()
    assert suite_of(plan).name == "xcodereviewer"
    assert plan_hash(plan) == plan_hash(plan.model_copy(update={"suite": None}))
