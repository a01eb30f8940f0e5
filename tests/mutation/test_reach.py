"""Which tests try a mutant."""

from pathlib import Path

import pytest

from tests.mutation import reach
from tests.mutation.reach import Reach, merged, stale, statements, store

FILE = "rollout/judge/drill.py"


def test_a_line_is_tried_by_the_tests_that_run_its_statement() -> None:
    """
    Quick ones first; what runs at import belongs to every test that reaches the file.
    """
    lines = {FILE: {19: ["slow", "quick"], 20: ["other"], 1: [""]}}
    found = Reach({"slow": 2.0, "quick": 0.1, "other": 0.2}, lines)
    assert found.tests(FILE, 1) == ["quick", "other", "slow"]
    assert set(found.tests(FILE, 19)) >= {"quick", "slow"}


def test_what_is_declared_is_tried_by_the_tests_that_look_at_declarations() -> None:
    """
    They run no line of the file; a line within a function is none of theirs.
    """
    looking = f"{reach.DECLARED}::test_x"
    found = Reach({looking: 0.1, "other": 0.2}, {FILE: {1: [""], 19: ["other"]}})
    assert found.tests(FILE, 1) == [looking, "other"]
    assert looking not in found.tests(FILE, 19)


def test_all_tests_are_measured_again_where_the_code_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Any of them may run the new lines; where only tests changed, those are enough.
    """
    store(tmp_path, Reach({}, {}))
    assert stale(tmp_path) == []
    monkeypatch.setattr(reach, "test_files", lambda: {"tests/a.py": "new"})
    assert stale(tmp_path) == ["tests/a.py"]
    store(tmp_path, Reach({}, {}))
    monkeypatch.setattr(reach, "code", lambda: "changed")
    assert stale(tmp_path) == ["tests/a.py"]


def test_tests_that_were_measured_again_replace_what_they_reached() -> None:
    """
    The others stay as they were.
    """
    old = Reach({"a.py::x": 1.0, "b.py::y": 1.0}, {FILE: {19: ["a.py::x", "b.py::y"], 1: [""]}})
    new = Reach({"a.py::z": 2.0}, {FILE: {19: ["a.py::z"], 20: ["a.py::z"]}})
    both = merged(old, {"a.py"}, new)
    assert both.lines == {FILE: {19: ["b.py::y", "a.py::z"], 1: [""], 20: ["a.py::z"]}}
    assert both.seconds == {"b.py::y": 1.0, "a.py::z": 2.0}


def test_the_budget_leaves_out_the_slowest() -> None:
    """
    Tests that would take too long for one mutant are not run.
    """
    found = Reach({"short": 1.0, "long": 1000.0}, {FILE: {19: ["short", "long"]}})
    assert found.affordable(FILE, 19, 30.0) == ["short"]


def test_a_statement_ends_where_its_body_begins() -> None:
    """
    A change in the head of a loop is tried by what runs the head.
    """
    assert list(statements("for a in (\n 1,\n):\n  b = 2\n")) == [(1, 3), (4, 4)]
