"""How long a gap in the time watched may be, and what a finding says of its limits."""

import pytest

from rollout.judge.coverage import gap_limit
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.slots import slots_of
from rollout.judge.verdict import EXIT_CONFIGURATION, Verdict
from tests.judge.ledgers import NOW
from tests.judge.ledgers import PLAN as WATCHED
from tests.judge.loads import PLAN
from tests.judge.test_watch_rules import case, rounds


@pytest.mark.parametrize(
    ("wanted_h", "longest_s"),
    [(168, 900), (48, 900), (24, 450), (1, 90), (0.1, 90)],
    ids=["a week", "two days", "a day", "an hour", "six minutes"],
)
def test_a_gap_may_be_a_quarter_of_an_hour_of_two_days(wanted_h: float, longest_s: float) -> None:
    """
    A shorter window allows a shorter gap, down to three intervals of the monitor, and a longer one no longer gap.
    """
    slots = slots_of(case(rounds(0, 30, 60, every=30.0)))
    assert gap_limit(wanted_h * 3600, slots) == longest_s


@pytest.mark.parametrize(("name", "trigger"), [("errors", "> 5 %"), ("mean", None)])
def test_a_finding_tells_its_trigger_if_there_is_one(name: str, trigger: str | None) -> None:
    """
    Limit and trigger stand in the finding as the plan has them.
    """
    found = Case(PLAN.criterion(f"stage.{name}"), PLAN.phase("stage"), (), NOW).finding(Verdict.MET, "", "")
    assert found.trigger == trigger
    assert found.limit


def test_a_criterion_without_a_limit_tells_none() -> None:
    """
    A check passes or fails.
    """
    found = Case(WATCHED.criterion("stage.answers"), WATCHED.phase("stage"), (), NOW).finding(Verdict.MET, "", "")
    assert (found.limit, found.trigger) == (None, None)


def test_an_error_of_configuration_has_its_own_exit_code() -> None:
    """
    Pipelines tell it from a decision by the number 64.
    """
    assert EXIT_CONFIGURATION == 64


def test_where_no_window_is_asked_for_nothing_is_left_to_watch() -> None:
    """
    A phase without a monitored step asks for 0 s.
    """
    found = Case(WATCHED.criterion("stage.watched"), PLAN.phase("stage"), (rounds(0, 60),), NOW)
    assert finding_of(found).value == "60 s of 0 s watched"
