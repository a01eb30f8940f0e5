"""Whether some run looked for checks in every folder of tests, as the newest source has it."""

import pytest

from rollout.evidence import Run
from rollout.evidence.records import TestsCollected
from rollout.judge.selection import Selection
from rollout.judge.unseen_checks import unseen_checks
from rollout.judge.verdict import Verdict
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.properties.ledgers import cut, outcomes, run, started

BOTH = {"smoke": "s1", "integration": "i1"}


def searched(number: int, *left: str, sources: dict[str, str] = BOTH, **more: object) -> Run:
    """A whole run of tests that left out these folders."""
    check, _ = outcomes("passed")
    told = TestsCollected(nodes={}, sources=sources, left=left)
    return run(started("pytest", number, NOW - 1000 + number, **more), [check, told])


def reasons(*runs: Run) -> list[str]:
    """Why the checks are not known."""
    return [each.reason for each in unseen_checks(Selection(PLAN, "stage", RELEASE, runs=runs))]


def left(words: str) -> list[str]:
    """The reason that names some folders."""
    return [f"every run of tests left files out of {words}: there may be checks that nobody knows"]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param([searched(1)], [], id="all in one run"),
        pytest.param([searched(1, "smoke"), searched(2, "integration")], [], id="each folder in a run of its own"),
        pytest.param([searched(1), searched(2, "smoke", "integration")], [], id="all, then one file again"),
        pytest.param([searched(1, "integration")], left("integration"), id="one folder never"),
        pytest.param([searched(1, *BOTH), searched(2, *BOTH)], left("smoke and integration"), id="only ever files"),
        pytest.param([cut(searched(1), 3), searched(2, "smoke")], left("smoke"), id="whole, but cut short"),
        pytest.param(
            [searched(1), searched(2, "smoke", sources={**BOTH, "smoke": "s2"})],
            left("smoke"),
            id="whole, before a change",
        ),
        pytest.param([searched(1, sources={})], [], id="an older journal does not tell"),
        pytest.param([searched(1, "smoke"), searched(2, sources={})], left("smoke"), id="nor hides what others tell"),
        pytest.param([], [], id="no run at all"),
    ],
)
def test_a_folder_that_no_whole_run_searched_is_named(runs: list[Run], expected: list[str]) -> None:
    """
    Case 20: a check that was never collected is not known, so it is not missed; a folder that was never searched is.
    """
    assert reasons(*runs) == expected


def test_each_environment_is_searched_by_itself() -> None:
    """
    Case 20: what was collected on staging says nothing about what runs on production.
    """
    production = searched(2, "smoke", environment="production")
    assert reasons(searched(1), production) == left("smoke")
    assert reasons(searched(1, "integration"), production) == left("integration on staging, smoke on production")


def test_the_finding_holds_and_tells_the_way_out() -> None:
    """
    It is no accusation, and one command ends it.
    """
    (found,) = unseen_checks(Selection(PLAN, "stage", RELEASE, runs=(searched(1, "integration"),)))
    assert (found.id, found.verdict, found.value) == (
        "stage.checks-collected",
        Verdict.UNPROVEN,
        "1 folder not searched",
    )
    assert found.next.endswith("pytest integration -m stage, or rollout gate stage")
