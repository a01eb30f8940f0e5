"""The progress of a drill, on a terminal and in a pipe."""

import re
from io import StringIO

import pytest
from rich.console import Console

from rollout.cli import drill_progress
from rollout.cli.drill_progress import DrillProgress
from rollout.drill.course import Course
from rollout.values import MIB

DONE, TOTAL = 1_260 * MIB, 1_424 * MIB


def shown(terminal: bool) -> str:
    """What a drill of two steps prints: one that tells bytes, and one that tells nothing."""
    out = StringIO()
    console = Console(file=out, force_terminal=terminal, width=80, color_system=None, legacy_windows=False)
    course = Course(DrillProgress(console))
    with course.step("restore the backup"):
        course.went(DONE // 2, TOTAL)
        course.went(DONE, TOTAL)
    with course.step("start the application"):
        pass
    return out.getvalue()


def test_each_step_has_two_lines_in_a_pipe() -> None:
    """
    What is waited for, and how long it took.
    """
    lines = shown(terminal=False).splitlines()
    assert [line.partition(" took ")[0] for line in lines] == [
        "restore the backup …",
        "restore the backup",
        "start the application …",
        "start the application",
    ]


def test_a_long_step_tells_how_far_it_is_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With the share that is done.
    """
    monkeypatch.setattr(drill_progress, "EVERY_S", 0.0)
    assert "restore the backup: 88 % of 1,424.0 MiB" in shown(terminal=False)


def test_a_terminal_shows_a_bar_that_fits() -> None:
    """
    With the share that is done; the line of a step that is over stays.
    """
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "\n", shown(terminal=True)).splitlines()
    assert [line for line in lines if "restore the backup ━" in line and "88 % of 1,424.0 MiB" in line]
    assert [line for line in lines if line.startswith("start the application took ")]
    assert max(map(len, lines)) <= 80
