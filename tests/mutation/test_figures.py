"""What the trials tell together."""

from pathlib import Path

import pytest

from tests.mutation import figures
from tests.mutation.equivalent import equivalent
from tests.mutation.figures import Figures, interval
from tests.mutation.mutant import Mutant
from tests.mutation.trial import Fate, Result


def result(name: str, fate: Fate, by: str = "") -> Result:
    """What became of a mutant under one test."""
    return Result(Mutant(name, "rollout/judge/drill.py", 1, "", name), fate, by, 1, 0.5)


def test_what_is_endless_or_equivalent_counts_on_neither_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Of two killed, one endless and two that survive, one of them equivalent, two of three were killed.
    """
    monkeypatch.setattr(figures, "reason", lambda mutant: "a cache" if mutant.id == "same" else "")
    told = Figures(tmp_path / "results.jsonl")
    fates = [
        result("a", "killed", "t.py::one"),
        result("b", "killed", "t.py::one"),
        result("c", "endless", "t.py::two"),
    ]
    for each in (*fates, result("d", "survived"), result("same", "survived")):
        told.add(each)
    assert told.summary().startswith(
        "5 mutants: 2 killed by 1 tests, 1 endless, 2 survive, 1 of them equivalent; killed of the others 66.7 % (95 %:"
    )
    assert told.summary().endswith("of all 50.0 %")
    assert "d: survived" in (said := capsys.readouterr().out)
    assert "same (equivalent: a cache)" in said


def test_each_killed_mutant_names_its_test(tmp_path: Path) -> None:
    """
    The results are kept, a line each.
    """
    told = Figures(tmp_path / "results.jsonl")
    told.add(result("a", "killed", "t.py::one"))
    assert '"by": "t.py::one"' in (tmp_path / "results.jsonl").read_text(encoding="utf-8")


def test_a_share_of_a_small_sample_is_uncertain() -> None:
    """
    Wilson's interval: 9 of 10 are between 60 and 98 %, nothing of nothing is anything.
    """
    assert [round(bound, 2) for bound in interval(9, 10)] == [0.6, 0.98]
    assert interval(0, 0) == (0.0, 1.0)


def test_every_equivalent_change_is_of_a_line_that_is_there() -> None:
    """
    Whoever rewrites such a line takes it from the list.
    """
    assert [item.change for item in equivalent() if item.stale] == []


def test_every_equivalent_change_has_a_reason() -> None:
    """
    A change without one would be a survivor that nobody looked at.
    """
    assert all(item.reason for item in equivalent())
