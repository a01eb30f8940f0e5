"""The mutants themselves: the list fits the code, and a mutant is what gets imported."""

import subprocess
import sys

import pytest

from tests.mutation.generated import Place, annotations, places
from tests.mutation.mutant import ROOT
from tests.mutation.reach import Reach, statements
from tests.mutation.semantic import Semantic, semantic
from tests.mutation.trial import affordable, fates, parts

FEWEST = 59
FILE = "rollout/judge/drill.py"


def test_nearly_every_semantic_mutant_fits_the_code() -> None:
    """
    Its text stands once in its file; whoever rewrites the code may be some lines ahead of the list, not many.
    """
    listed = semantic()
    stale = [str(why) for item in listed if (why := item.misfit())]
    assert len(stale) * 10 <= len(listed), stale


def test_a_semantic_mutant_is_another_text_that_can_be_read() -> None:
    """
    Each that fits changes its file, and says what it lets through.
    """
    for item in semantic():
        if not item.misfit():
            mutant = item.mutant()
            compile(mutant.text, mutant.file, "exec")
            assert mutant.text != (ROOT / mutant.file).read_text(encoding="utf-8")
            assert item.lets_through


def test_the_list_is_long_and_spread() -> None:
    """
    Dozens of mutants of different names, in every package that decides.
    """
    listed = semantic()
    assert len({item.id for item in listed}) == len(listed) >= FEWEST
    assert {item.file.rpartition("/")[0] for item in listed} == {
        "rollout/judge",
        "rollout/evidence",
        "rollout/statistics",
        "rollout/plan",
    }


def test_a_text_that_is_not_there_is_named() -> None:
    """
    The message says which mutant has to be amended.
    """
    with pytest.raises(ValueError, match=r"gone: 'no such text' stands 0 times in .*drill\.py, want 1"):
        Semantic("gone", FILE, "no such text", "", "nothing").mutant()


def test_the_mutated_module_is_what_gets_imported() -> None:
    """
    A process that looks for the module finds the changed text, and the file stays as it is.
    """
    script = """
import sys
from tests.mutation.mutant import Mutant
from tests.mutation.trial import Finder
sys.meta_path.insert(0, Finder(Mutant("id", "rollout/judge/verdict.py", 1, "WORD = 'mutated'", "")))
import rollout.judge.verdict
print(rollout.judge.verdict.WORD, rollout.judge.verdict.__file__, sep="\\n")
"""
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["mutated", str(ROOT / "rollout/judge/verdict.py")]


def test_the_operators_find_places_outside_of_annotations() -> None:
    """
    Each place is one small change; a union of types in a signature is none.
    """
    mine = [place for place in places() if place.file == FILE]
    assert {place.operator for place in mine} >= {"AddNot", "NumberReplacer", "ReplaceAndWithOr"}
    mutant = next(place.mutant() for place in mine if place.operator == "ReplaceAndWithOr")
    assert mutant is not None
    assert " or " in mutant.change.partition(" -> ")[2]
    assert annotations("def f(a: int | None) -> str: ...") == {
        (1, column) for column in (*range(9, 19), *range(24, 27))
    }


def test_a_change_that_changes_nothing_is_no_mutant() -> None:
    """
    An operator that is asked for one place too many has nothing to say.
    """
    assert Place(FILE, 1, 0, "ReplaceBreakWithContinue", 99).mutant() is None


def test_a_line_is_tried_by_the_tests_that_run_its_statement() -> None:
    """
    Quick ones first; what runs at import belongs to every test that reaches the file.
    """
    lines = {FILE: {19: ["slow", "quick"], 20: ["other"], 1: [""]}}
    reach = Reach({"slow": 2.0, "quick": 0.1, "other": 0.2}, lines)
    assert reach.tests(FILE, 1) == ["quick", "other", "slow"]
    assert set(reach.tests(FILE, 19)) >= {"quick", "slow"}


def test_what_changed_since_the_measurement_is_taken_whole() -> None:
    """
    A changed test file runs first and in full, a changed file of the code is tried by all tests that reached it.
    """
    lines = {FILE: {19: ["tests/a.py::one"], 30: ["tests/b.py::two"]}}
    reach = Reach({}, lines, {"tests/a.py", FILE})
    assert reach.tests(FILE, 19) == ["tests/a.py", "tests/b.py::two"]


def test_the_budget_leaves_out_the_slowest() -> None:
    """
    Tests that would take too long for one mutant are not run.
    """
    mutant = Semantic("x", FILE, "Judge what only", "Judge", "").mutant()
    lines = {FILE: {mutant.line: ["short", "long"]}}
    assert [test for test, _ in affordable(Reach({"short": 1.0, "long": 1000.0}, lines), mutant)] == ["short"]


def test_the_nearest_tests_come_first() -> None:
    """
    Those of the module, of its package, then all others; without any test nothing runs.
    """
    own, package, other = "tests/judge/test_drill.py::a", "tests/judge/test_decide.py", "tests/plan/test_plan.py::b"
    assert parts([other, package, own], FILE) == [[own], [package], [other]]
    assert parts([other], FILE) == [[other]]
    assert parts([], FILE) == []


def test_a_statement_ends_where_its_body_begins() -> None:
    """
    A change in the head of a loop is tried by what runs the head.
    """
    assert list(statements("for a in (\n 1,\n):\n  b = 2\n")) == [(1, 3), (4, 4)]


@pytest.mark.parametrize(("code", "fate"), [(0, "survived"), (1, "killed"), (2, "killed"), (-9, "killed")])
def test_only_green_tests_let_a_mutant_live(code: int, fate: str) -> None:
    """
    Failed tests, an import that breaks and a crash all notice it; where no test ran, nobody did.
    """
    assert fates(code) == fate
