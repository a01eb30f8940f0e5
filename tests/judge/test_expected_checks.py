"""What an attempt left out of its phase."""

import pytest

from rollout.evidence import Run
from rollout.evidence.records import TestOutcome
from rollout.judge.expected_checks import chosen_tests, left_out
from tests.judge.ledgers import NOW
from tests.properties.ledgers import run, started

BOTH = {"stage.answers": ("smoke/test_a.py::test_one", "integration/test_b.py::test_two")}
ONE, TWO = BOTH["stage.answers"]


def attempt(number: int, *nodes: str, parent: str | None = "gate") -> Run:
    """A run of these checks in the name of a gate, which knew both."""
    told = {"criteria": ("stage.answers",), "outcome": "passed", "duration_s": 0.1, "message": ""}
    records = [TestOutcome(node=node, **told) for node in nodes]  # type: ignore[arg-type]
    return run(started("pytest", number, NOW - 100 + number, checks=BOTH, parent=parent), list(records))


@pytest.mark.parametrize(
    ("others", "missing"),
    [
        pytest.param([], [TWO], id="alone"),
        pytest.param([attempt(2, TWO)], [], id="with the other stage of its gate"),
        pytest.param([attempt(2, TWO, parent="another")], [TWO], id="with the stage of another gate"),
        pytest.param([attempt(2, ONE, TWO)], [TWO], id="after a run whose check it repeats"),
    ],
)
def test_stages_of_a_gate_are_one_attempt_and_repeats_are_not(others: list[Run], missing: list[str]) -> None:
    """
    One test alone, run in the name of a gate, is not made whole by what that gate ran before.
    """
    mine = attempt(3, ONE)
    assert left_out(mine, [*others, mine]) == missing


def test_what_the_newest_run_left_out_is_told() -> None:
    """
    An older one that was narrower is past, and one that was cut short is told elsewhere.
    """
    narrow, whole = attempt(1, ONE), attempt(2, ONE, TWO)
    assert chosen_tests([narrow, whole]) == []
    assert chosen_tests([whole, attempt(3, ONE)]) == ["the newest run of tests left out 1 check: it clears no failure"]
    assert chosen_tests([whole, attempt(3, parent="another")]) == [
        "the newest run of tests left out 2 checks: it clears no failure"
    ]
    assert chosen_tests([]) == []
