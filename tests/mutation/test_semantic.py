"""The list of semantic mutants fits the code."""

import pytest

from tests.mutation.mutant import ROOT
from tests.mutation.semantic import Semantic, semantic

FEWEST = 59
FILE = "rollout/judge/drill.py"


def test_every_semantic_mutant_fits_the_code() -> None:
    """
    Its text stands once in its file; whoever rewrites the code amends the list, or a change is no longer tried.
    """
    assert [why for item in semantic() if (why := item.misfit())] == []


def test_a_semantic_mutant_is_another_text_that_can_be_read() -> None:
    """
    Each changes its file, and says what it lets through.
    """
    for item in semantic():
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
