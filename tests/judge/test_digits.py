"""A number that is shown tells on which side of its limit it is."""

import re
from fractions import Fraction
from math import inf, log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, integers, sampled_from

from rollout.judge.digits import apart, evidence, evidence_of, telling
from rollout.judge.share_budget import ShareBudget
from rollout.plan import Limit


@pytest.mark.parametrize(
    ("number", "op", "value", "digits", "style", "text"),
    [
        (79.96, "<", 80, 3, "g", "79.96"),
        (79.9999999, "<", 80, 3, "g", "79.9999999"),
        (80.04, "<", 80, 3, "g", "80.04"),
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


@pytest.mark.parametrize(
    ("e_value", "text"),
    [
        (0.0, "under 0.001"),
        (0.328, "0.328"),
        (20.4, "20.4"),
        (12345.6, "12,346"),
        (4.71e16, "over 1,000,000"),
        (inf, "over 1,000,000"),
    ],
)
def test_evidence_is_told_in_figures_that_people_read(e_value: float, text: str) -> None:
    """
    Twenty decides: beyond a million, or under a thousandth, its size says nothing more.
    """
    assert evidence(e_value) == text
    assert e_value in (0.0, inf) or evidence_of(log(e_value)) == text


def test_a_peak_of_thousands_has_no_power_of_ten() -> None:
    """
    `1,001 tasks`, not `1e+03 tasks`.
    """
    assert telling(1001, Limit(op="<", value=100, unit="tasks"), 3) == "1,001"


ROOT = Path(__file__).resolve().parents[2]
NEAR = (1, 1 + 1e-9, 1 - 1e-9, 1.004, 0.996, 1.04, 0.6, 1.4)
PRINTED = re.compile(r":,?\.\d+[fg]\}[^{]*(limit|want|trigger)")


@given(number=sampled_from(NEAR), edge=sampled_from([0.5, 1, 5, 60, 80, 99.9, 500]), digits=integers(0, 3))
def test_nothing_reads_like_the_limit_but_what_equals_it(number: float, edge: float, digits: int) -> None:
    """
    Case 28: on whichever side it is, in both styles, and also where both sides break or keep the limit alike.
    """
    value = number * edge
    shown = (float(apart(value, edge, digits + 1).replace(",", "")), float(apart(value, edge, digits, "f")))
    assert all((text > edge, text < edge) == (value > edge, value < edge) for text in shown)


@given(bad=integers(0, 1300), strict=booleans(), digits=integers(0, 2))
def test_no_share_reads_like_the_limit_but_one_that_equals_it(bad: int, strict: bool, digits: int) -> None:
    """
    Case 28: 1,004 of 100,000 are beyond one in a hundred and do not read as one in a hundred.
    """
    shown = Fraction(ShareBudget(Fraction(1, 100), strict).percent(bad, 100_000, digits))
    real = Fraction(bad, 1000)
    assert (shown > 1, shown < 1) == (real > 1, real < 1)


def test_no_judge_rounds_a_number_beside_a_limit_by_itself() -> None:
    """
    Case 28: `apart`, `telling` and `percent` are the only ways to print one.
    """
    files = (ROOT / "rollout" / "judge").glob("*.py")
    found = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if PRINTED.search(line)]
    assert found == []
