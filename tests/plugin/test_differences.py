"""A failed comparison tells what differs, not two objects cut in the middle."""

from typing import Any

import pytest
from pydantic import BaseModel

from rollout.pytest_plugin.differences import in_words, parts_told, pytest_assertrepr_compare


class Thing(BaseModel):
    """Something with a name and a size."""

    name: str
    size: int = 0


@pytest.mark.parametrize(
    ("got", "want", "told"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 3}, "b: got 2, want 3", id="an object"),
        pytest.param(Thing(name="x"), Thing(name="y"), "name: got 'x', want 'y'", id="a model"),
        pytest.param(
            (Thing(name="x"),), (Thing(name="x"), Thing(name="y")), "[1]: got nothing, want Thing", id="a list"
        ),
        pytest.param({"a": {"b": [1, 2]}}, {"a": {"b": [1, 5]}}, "a.b.[1]: got 2, want 5", id="deep inside"),
        pytest.param({"a": 1}, {"c": 1}, "a: got 1, want nothing; c: got nothing, want 1", id="other names"),
    ],
)
def test_only_what_differs_is_told(got: Any, want: Any, told: str) -> None:
    """
    Equal parts are left out, each difference names its place.
    """
    lines = parts_told("==", got, want)
    assert lines is not None
    assert lines[0].startswith(told)


@pytest.mark.parametrize(("number", "end"), [(40, "[39]: got 1, want 2"), (102, "[99]: got 1, want 2; and 2 more")])
def test_differences_are_told_in_full_as_long_as_a_journal_has_room(number: int, end: str) -> None:
    """
    A target that answers with any number of them does not fill it.
    """
    lines = parts_told("==", [1] * number, [2] * number)
    assert lines is not None
    assert lines[0].endswith(end)


def test_other_comparisons_are_left_to_pytest_outside_of_checks(pytestconfig: pytest.Config) -> None:
    """
    Texts, numbers and other operators have words there that developers know.
    """
    assert pytest_assertrepr_compare(pytestconfig, "==", "a", "b") is None
    assert pytest_assertrepr_compare(pytestconfig, "in", [1], [2]) is None


@pytest.mark.parametrize(
    ("op", "got", "want", "told"),
    [
        ("==", "1", "user", "got '1', want 'user'"),
        ("!=", 1, 1, "got 1, want anything else"),
        ("in", 500, (401, 403), "got 500, want one of (401, 403)"),
        ("in", "x", ["y"], "got ['y'], want 'x' in it"),
        ("not in", "x", "xyz", "got 'xyz', want no 'x' in it"),
        ("<=", 3, 2, "3 is more than 2"),
        ("is", None, True, "got None, want True"),
    ],
)
def test_a_check_compares_in_words(op: str, got: object, want: object, told: str) -> None:
    """
    Whoever reads of a failed check need not read code.
    """
    assert in_words(op, got, want) == told
