"""Definitions in one spelling: what PostgreSQL tells otherwise after a restore, and nothing else, reads the same."""

import pytest

from rollout.drill.definitions import one_spelling

WAS = "CHECK (((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))"
RESTORED = "CHECK (((kind)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))"


@pytest.mark.parametrize(
    ("was", "restored"),
    [
        (WAS, RESTORED),
        (f"{WAS} AND {WAS}", f"{RESTORED} AND {RESTORED}"),
        (
            "(ARRAY['it''s, [1]'::character varying(9), f(a, b)])::character varying(9)[]",
            "ARRAY[('it''s, [1]'::character varying(9))::character varying(9), (f(a, b))::character varying(9)]",
        ),
        (
            '(ARRAY[("A, b"), ((ARRAY[c])::text[])[1]])::"Own kind"[]',
            'ARRAY[(("A, b"))::"Own kind", ((ARRAY[(c)::text])[1])::"Own kind"]',
        ),
    ],
    ids=["a check", "two of them", "letters that could end it", "one in the other"],
)
def test_the_cast_of_an_array_reads_as_casts_of_its_elements(was: str, restored: str) -> None:
    """
    Which is how PostgreSQL reads it again.
    """
    assert one_spelling(was) == restored
    assert one_spelling(restored) == restored


@pytest.mark.parametrize("text", ["CHECK ((n > 1))", "(ARRAY[a, b])", "(ARRAY['a'", "ARRAY[1, 2]", "'(ARRAY['"])
def test_what_has_no_such_cast_stays_as_it_is(text: str) -> None:
    """
    Half a text too: anything may stand in a name.
    """
    assert one_spelling(text) == text


def test_another_value_still_reads_otherwise() -> None:
    """
    One letter.
    """
    assert one_spelling(WAS) != one_spelling(WAS.replace("'b'", "'c'"))
