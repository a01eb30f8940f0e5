"""A test of a whole gate excuses a busy machine and nothing else; the words are those of the judge."""

import pytest

from tests.foreign.busy import held_back_by_more
from tests.judge.loads import Load, judged, row, second

LATE = [second(at, names={"projects.list": row(late=20).numbers()}) for at in range(60)]


def held_back(load: Load) -> list[str]:
    """What more than the machine holds back the budget of errors under *load*."""
    return held_back_by_more([judged("errors", load).model_dump(mode="json")])


@pytest.mark.parametrize(
    "load",
    [
        Load(),
        Load(seconds=LATE),
        Load(cpu=99.0),
        Load(seconds=[second(at, sent=10) for at in range(60)]),
        Load(seconds=[second(at, err=1) for at in range(60)], target_waited=dict.fromkeys(range(60), 80.0)),
    ],
    ids=["met", "left late", "saturated", "not sent", "target without a processor"],
)
def test_a_load_that_the_machine_spoilt_is_excused(load: Load) -> None:
    """
    Such a run tells nothing about the service.
    """
    assert held_back(load) == []


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (Load(seconds=[second(at, rate=10) for at in range(60)]), "UNPROVEN: "),
        (Load(seconds=[second(at, err=5) for at in range(60)]), "TRIGGERED: "),
    ],
    ids=["too few requests", "failures"],
)
def test_no_other_reason_is_excused(load: Load, reason: str) -> None:
    """
    A HOLD for any other reason, and a worse decision, is a failed test.
    """
    (found,) = held_back(load)
    assert found.startswith(f"stage.errors: {reason}")
