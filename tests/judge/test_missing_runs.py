"""Evidence that no run could bring says why, and which command brings it."""

import pytest

from rollout.evidence import Ledger, Run
from rollout.evidence.records import Record, RunFinished, StageLeftOut
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import Plan
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.judge.test_selection import on
from tests.properties import loads
from tests.properties.ledgers import good, run, started

LEFT_OUT = StageLeftOut(stage="load", lacking=("load", "write"))
LATE = 8 * 86_400.0


def gate(number: int, at: float, *records: Record) -> Run:
    """A whole gate on the target `blue` of staging."""
    return run(started("gate", number, at), [*records, RunFinished(records=len(records) + 1)])


def errors(*runs: Run, now: float = loads.NOW) -> Finding:
    """The finding about the share of failed requests of a load."""
    return found("errors", loads.RULES, *runs, now=now)


def found(name: str, plan: Plan, *runs: Run, now: float = NOW) -> Finding:
    """The finding about one criterion of the phase."""
    decision = decide(plan, "stage", Ledger(runs), now, release=RELEASE)
    return next(each for each in decision.findings if each.id == f"stage.{name}")


def test_a_load_that_the_target_does_not_allow_names_the_permission() -> None:
    """
    It is no matter of a weak generator: the next step is the line in the target's file, and the gate of that target.
    """
    finding = errors(gate(1, loads.NOW - 50, LEFT_OUT))
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == "no load has run: target 'blue' does not allow 'load' and 'write'"
    assert finding.next == (
        "add 'load' and 'write' to `allow` in targets/blue.toml, then run the gate again: rollout gate stage --target blue"
    )


def test_a_load_that_is_not_allowed_stays_unproven_after_the_deadline() -> None:
    """
    A missing permission is no failure of the target, however long it is missing.
    """
    at = loads.NOW
    assert errors(gate(1, at - LATE, LEFT_OUT), gate(2, at - 50, LEFT_OUT), now=at).verdict is Verdict.UNPROVEN
    assert errors(gate(1, at - LATE), gate(2, at - 50), now=at).verdict is Verdict.BROKEN


def test_a_permission_of_another_day_is_not_told() -> None:
    """
    The newest gate says what is lacking; a load that ran says more than it.
    """
    assert errors(gate(1, loads.NOW - 90, LEFT_OUT), gate(2, loads.NOW - 50)).reason == "no load has run"
    assert errors(loads.good(0), gate(1, loads.NOW - 50, LEFT_OUT)).verdict is Verdict.MET


@pytest.mark.parametrize(
    ("name", "reason", "step"),
    [
        ("answers", "no test has run", "run the gate of a target in production: rollout gate stage --target NAME"),
        ("queue", "nobody watched", "for a target in production, with --target NAME: mend it"),
    ],
)
def test_what_another_environment_shows_names_the_command_there(name: str, reason: str, step: str) -> None:
    """
    The same gate again would never show it.
    """
    plan = on("staging", **{name: "production"})
    finding = found(name, plan, good("drill", 1, NOW - 50))
    assert (finding.verdict, finding.reason) == (Verdict.UNPROVEN, f"{reason} on a target in production")
    assert finding.next == step


def test_a_gate_in_the_wrong_environment_is_told_too() -> None:
    """
    Nothing that it measured counts for the phase.
    """
    finding = found("answers", on("production"), good("pytest", 1, NOW - 50))
    assert finding.next == "run the gate of a target in production: rollout gate stage --target NAME"


@pytest.mark.parametrize(
    ("plan", "runs"),
    [
        pytest.param(on("production"), (), id="nothing has run anywhere"),
        pytest.param(on("production"), (good("drill", 1, NOW - 50, environment="standin"),), id="a rehearsal"),
        pytest.param(on("staging"), (good("drill", 1, NOW - 50),), id="another run in its own environment"),
        pytest.param(PLAN, (good("drill", 1, NOW - 50),), id="an environment that the plan does not name"),
    ],
)
def test_everything_else_keeps_the_step_of_the_plan(plan: Plan, runs: tuple[Run, ...]) -> None:
    """
    Where no other target is needed, none is asked for.
    """
    assert (found("answers", plan, *runs).reason, found("answers", plan, *runs).next) == ("no test has run", "mend it")
