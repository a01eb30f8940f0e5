"""How a fault of a plan is told: the key by names that people know, and what follows from another fault once."""

from typing import Any

import pytest
from pydantic_core import ErrorDetails

from rollout.plan.parse import complaint, follows, readable

DOCUMENT = {"criteria": [{"id": "a", "limit": {"value": 1}}, {"states": "no id"}, "text"], "title": "t"}


@pytest.mark.parametrize(
    ("location", "said"),
    [
        (("criteria", 0, "limit", "value"), "criteria.a.limit.value"),
        (("criteria", 1, "states"), "criteria.1.states"),
        (("criteria", 2, "states"), "criteria.2.states"),
        (("criteria", 9, "limit"), "criteria.9.limit"),
        (("title", 0, "x"), "title.0.x"),
        (("nobody", "id"), "nobody.id"),
        ((), ""),
    ],
)
def test_a_place_in_a_list_is_told_by_its_id(location: tuple[int | str, ...], said: str) -> None:
    """
    Where there is none, by its number; what is not there at all is named as it was looked for.
    """
    assert readable(DOCUMENT, location) == said


def fault(kind: str, *place: int | str, given: Any = 1, msg: str = "Value error, no") -> ErrorDetails:
    """One fault as pydantic tells it."""
    return {"type": kind, "loc": place, "msg": msg, "input": given}


def test_a_list_that_is_too_short_for_its_faulty_items_is_not_told() -> None:
    """
    A fault elsewhere, or of the list itself, is no reason.
    """
    short = fault("too_short", "phases")
    assert follows(short, [short, fault("missing", "phases", 0, "id")])
    assert not follows(short, [short])
    assert not follows(short, [short, fault("missing", "criteria", 0)])
    assert not follows(fault("missing", "phases"), [fault("missing", "phases", 0, "id")])


@pytest.mark.parametrize(("given", "said"), [(3, "no (got 3)"), ("x", "no (got 'x')"), ({"a": 1}, "no"), ([1], "no")])
def test_a_value_is_told_unless_it_is_a_table_or_a_list(given: object, said: str) -> None:
    """
    Those would fill the screen.
    """
    assert complaint(fault("value_error", "title", given=given)) == (("title",), said)


def test_a_key_that_is_not_there_is_a_fault_of_its_table() -> None:
    """
    With the nearest right word.
    """
    place, reason = complaint(fault("extra_forbidden", "titel", msg="Extra inputs are not permitted"))
    assert place == ()
    assert "titel" in reason
    assert "title" in reason
