"""Chains of AND and of OR in one nesting: what PostgreSQL reads as the same reads the same, and nothing else does."""

import pytest

from rollout.drill.definitions import one_spelling


@pytest.mark.parametrize(
    ("was", "restored"),
    [
        ("CHECK ((((a >= 1) AND (a <= 2)) AND b))", "CHECK (((a >= 1) AND (a <= 2) AND b))"),
        ("(b OR ((a < 1) OR (a > 2)))", "(b OR (a < 1) OR (a > 2))"),
        ("((b OR (((a)::text = ')') AND (c AND d))))", "((b OR (((a)::text = ')') AND c AND d)))"),
        ("WHERE (((x\n  AND y) AND z))", "WHERE ((x AND y AND z))"),
    ],
    ids=["a BETWEEN and one more", "a NOT BETWEEN", "one in the other", "over lines"],
)
def test_a_chain_in_a_chain_reads_as_one(was: str, restored: str) -> None:
    """
    A definition with BETWEEN is printed with a chain in a chain, and after a restore as one chain.
    """
    assert one_spelling(was) == one_spelling(restored) == restored


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("((a AND b) OR c)", "(a AND b OR c)"),
        ("(a AND (b OR c))", "(a AND b OR c)"),
        ("(NOT (a AND b) AND c)", "(NOT a AND b AND c)"),
        ("('((a AND b) AND c)' AND d)", "('(a AND b AND c)' AND d)"),
        ("(f(a AND b) AND c)", "(f a AND b AND c)"),
        ("AS $function$((a AND b) AND c)$function$", "AS $function$(a AND b AND c)$function$"),
    ],
    ids=["an AND in an OR", "an OR in an AND", "a NOT of a chain", "a string", "an argument", "the body of a function"],
)
def test_other_parentheses_stay(one: str, other: str) -> None:
    """
    They change what is meant, or belong to what somebody wrote letter by letter.
    """
    assert one_spelling(one) == one
    assert one_spelling(one) != one_spelling(other)


@pytest.mark.parametrize("text", ["((a AND b", "a AND b))", "('((a AND b) AND c", ""])
def test_half_a_definition_stays_as_it_is(text: str) -> None:
    """
    Anything may stand in a name.
    """
    assert one_spelling(text) == text
