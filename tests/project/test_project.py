"""A command works in the project of the current directory and writes nowhere else."""

from pathlib import Path

import pytest

from rollout.project import ProjectFolder, current_project


def test_the_project_is_the_nearest_folder_with_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Commands work from any folder inside of the project.
    """
    inside = tmp_path / "docs" / "images"
    inside.mkdir(parents=True)
    (tmp_path / "plan.toml").touch()
    monkeypatch.chdir(inside)
    assert current_project() == ProjectFolder(tmp_path)


def test_a_folder_without_a_plan_is_a_project_that_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Then the plan comes by --plan, and results still go to the current directory.
    """
    monkeypatch.chdir(tmp_path)
    assert current_project().root == tmp_path
    assert current_project().journals_of("staging", "phase1").is_relative_to(tmp_path / "reports" / "out")
