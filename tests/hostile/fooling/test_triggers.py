"""What must not become a ROLLBACK, and what a ROLLBACK must say (cases 25 and 31)."""

import pytest

from rollout.evidence.records import LoadScenarios, LoadSecond
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.verdict import Verdict
from tests.judge.loads import PLAN, START, Load, judged, second


def failing(*bad: int, hold_s: int = 120, of: int = 20, ramp: int = 0) -> Load:
    """A run in which every request of the seconds *bad* fails; the first *ramp* seconds lie before the window."""
    seconds = [second(at, of, err=of if at in bad else 0) for at in range(-ramp, hold_s)]
    return Load(hold_s=hold_s, seconds=seconds)


@pytest.mark.parametrize("length", [2, 5, 8])
def test_a_blip_is_no_reason_to_roll_back(length: int) -> None:
    """
    Case 25: a few seconds in which everything failed break the budget at most; they used to fire the trigger of 5 %.
    """
    found = judged("errors", failing(*range(60, 60 + length)))
    assert found.verdict is not Verdict.TRIGGERED


def test_an_outage_of_half_a_minute_rolls_back() -> None:
    """
    Case 25: the same failures for 30 s are certain and last.
    """
    assert judged("errors", failing(*range(60, 90))).verdict is Verdict.TRIGGERED


def test_a_triggered_row_quotes_the_window_that_fired() -> None:
    """
    Case 31: an outage in the ramp is quoted with its own numbers, its time, its part of the run and the names that failed.
    """
    found = judged("errors", failing(*range(-40, 0), ramp=40, hold_s=60))
    assert found.verdict is Verdict.TRIGGERED
    assert found.value == "100.00 % failed (600 of 600 in 30 s until 07:59:50 UTC)"
    assert found.reason == (
        "600 of 600 requests failed in 30 s until 07:59:50 UTC, in the ramp: trigger > 5 %; projects.list 600 of 600"
    )


def test_a_system_that_answers_nothing_rolls_back_with_few_requests() -> None:
    """
    Case 25: two requests in each slice are less than ten, but none was answered in 30 s and the generator was in order.
    """
    few = [second(at, 1 if at % 5 == 0 else 0, err=1 if at % 5 == 0 and at >= 60 else 0) for at in range(120)]
    assert judged("errors", Load(hold_s=120, users=1, seconds=few)).verdict is not Verdict.TRIGGERED
    silent = Load(hold_s=120, users=0.2, seconds=few)
    assert judged("errors", silent).verdict is Verdict.TRIGGERED


def test_silence_of_a_broken_generator_accuses_nobody() -> None:
    """
    Case 25: without a valid generator nothing shows that the watcher was online.
    """
    few = [second(at, 1 if at % 5 == 0 else 0, err=1 if at % 5 == 0 and at >= 60 else 0) for at in range(120)]
    busy = Load(hold_s=120, users=0.2, seconds=few, cpu=97.0)
    assert judged("errors", busy).verdict is Verdict.UNPROVEN


def test_a_triggered_row_about_one_scenario_names_its_requests() -> None:
    """
    Case 31: those that failed in the window, and none of other scenarios.
    """
    names = {name: [20, 20, failed, 0, 0, 800.0, 0, 0] for name, failed in (("list", 0), ("open", 20), ("sum", 20))}
    seconds = [LoadSecond(second=START + at, planned=60, sent=60, names=names) for at in range(60)]
    scenarios = LoadScenarios(names={"list": "reviewer", "open": "reviewer", "sum": "lead"})
    run = Load(users=60, seconds=seconds, more=[scenarios]).run()
    rule = PLAN.criteria[0].model_copy(update={"metric": "reviewer.fail_percent"})
    found = finding_of(Case(rule, PLAN.phase("stage"), (run,), now=START + 100.0))
    assert found.verdict is Verdict.TRIGGERED
    assert found.reason.endswith("trigger > 5 %; open 600 of 600")
