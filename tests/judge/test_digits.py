"""A number that is shown tells on which side of its limit it is."""

import pytest

from rollout.judge.digits import telling
from rollout.plan import Limit


@pytest.mark.parametrize(
    ("number", "op", "value", "digits", "style", "text"),
    [
        (79.96, "<", 80, 3, "g", "79.96"),
        (79.9999999, "<", 80, 3, "g", "79.9999999"),
        (80.04, "<", 80, 3, "g", "80"),
        (12.3456, "<", 80, 3, "g", "12.3"),
        (199.96, "<", 200, 1, "f", "199.96"),
        (200.0, "<", 200, 1, "f", "200.0"),
        (80.04, ">", 80, 1, "f", "80.04"),
        (1 / 3, "<", 80, 1, "f", "0.3"),
    ],
)
def test_a_level_has_digits_enough_to_tell_its_side(
    number: float, op: str, value: float, digits: int, style: str, text: str
) -> None:
    """
    Case 28: a peak of 79.96 % is below 80 %, and must not read "80 %" beside MET.
    """
    limit = Limit.model_validate({"op": op, "value": value, "unit": "%"})
    assert telling(number, limit, digits, style) == text


def test_a_number_without_a_limit_has_the_digits_that_were_asked_for() -> None:
    """
    There is no side to tell.
    """
    assert telling(79.96, None, 3) == "80"


def test_a_number_too_small_for_any_digits_is_written_as_it_is() -> None:
    """
    With 17 digits after the point it reads zero, which would keep the limit.
    """
    assert telling(1e-18, Limit(op="<=", value=0, unit="%"), 1, "f") == "1e-18"
