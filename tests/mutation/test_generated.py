"""Mutants made by operators: small changes of what runs."""

from tests.mutation.generated import Place, annotations, places

FILE = "rollout/judge/drill.py"


def test_the_operators_find_places_outside_of_annotations() -> None:
    """
    Each place is one small change; a union of types in a signature is none.
    """
    mine = list(places([FILE]))
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
