"""Past the deadline of its phase a criterion without a proof is broken, in words that do not say that anything failed."""

from pathlib import Path

import pytest

from reports.headline import sentence
from rollout.evidence.records import TestStatus
from rollout.judge.decision import Decision
from rollout.judge.finding import Case, Cause, Finding
from rollout.judge.overdue import overdue
from rollout.judge.verdict import Verdict
from rollout.plan import Absence, Criterion
from tests.judge.ledgers import NOW, PLAN, judged, run_of_tests
from tests.reports.samples import decision, finding

LATE = NOW + 8 * 86_400.0
STEPS = {"next_unproven": "run it", "next_broken": "repair it"}


def answers(**more: object) -> Criterion:
    """The criterion that one check bears, with a step for each verdict."""
    return PLAN.criterion("stage.answers").model_copy(update={**STEPS, **more})


def late(asked: Criterion, **more: bool) -> Case:
    """A case without any evidence, past the deadline of its phase unless *more* says otherwise."""
    return Case(asked, PLAN.phase("stage"), (), LATE, more.get("past_deadline", True))


def left(case: Case, verdict: Verdict, causes: tuple[Cause, ...] = ()) -> Finding:
    """What the deadline leaves of a finding."""
    return overdue(case, case.finding(verdict, "no test has run", "no evidence", causes=causes))


def of_answers(made: Decision) -> Finding:
    """The finding about the one check."""
    return next(each for each in made.findings if each.id == "stage.answers")


def test_what_was_not_proven_in_time_says_that_the_time_is_over() -> None:
    """
    Its next step is that of missing evidence: there is nothing to repair.
    """
    found = left(late(answers()), Verdict.UNPROVEN)
    assert (found.verdict, found.overdue, found.next) == (Verdict.BROKEN, True, "run it")
    assert found.reason == "the time is over, 1 w since the first evidence: no test has run"


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.BROKEN, Verdict.TRIGGERED])
def test_what_has_a_verdict_stays_as_it_is(verdict: Verdict) -> None:
    """
    What failed has failed, whenever that was.
    """
    found = left(late(answers()), verdict)
    assert (found.verdict, found.overdue, found.reason) == (verdict, False, "no test has run")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(late(answers(), past_deadline=False), id="before the deadline"),
        pytest.param(late(answers(absence=Absence.OPEN)), id="work that has no deadline"),
    ],
)
def test_missing_evidence_is_forgiven(case: Case) -> None:
    """
    While the phase runs, and for ever where the plan says so.
    """
    assert left(case, Verdict.UNPROVEN).verdict is Verdict.UNPROVEN


@pytest.mark.parametrize(
    ("kinds", "verdict"),
    [
        (("not-configured", "not-permitted", "defect"), Verdict.UNPROVEN),
        (("not-configured", "not-reached"), Verdict.BROKEN),
    ],
)
def test_what_lies_with_whoever_verifies_accuses_nobody_at_the_deadline(
    kinds: tuple[str, ...], verdict: Verdict
) -> None:
    """
    A setting, a permission, a defect of the check itself; one cause of another kind is enough.
    """
    causes = tuple(Cause(kind=kind, text="why", checks=("a",)) for kind in kinds)
    assert left(late(answers()), Verdict.UNPROVEN, causes).verdict is verdict


@pytest.mark.parametrize(("outcome", "is_overdue"), [("skipped", True), ("failed", False)])
def test_a_decision_tells_late_from_failed(tmp_path: Path, outcome: TestStatus, is_overdue: bool) -> None:
    """
    Of two criteria without a verdict of their own at the deadline, the one that failed says what failed.
    """
    run_of_tests(tmp_path, outcome)
    found = of_answers(judged(tmp_path, now=LATE))
    assert (found.verdict, found.overdue) == (Verdict.BROKEN, is_overdue)
    assert found.reason.startswith("the time is over") is is_overdue


def test_the_headline_does_not_say_that_it_failed() -> None:
    """
    The sentence was not proven in time; the limit is no matter, since nothing was measured.
    """
    facts = {"reason": "the time is over, 2 w since the first evidence: no load has run", "value": "not measured"}
    made = decision(finding("error-rate", Verdict.BROKEN, overdue=True, limit="< 1 %", states="few fail", **facts))
    assert sentence(made) == (
        "Do not go on: “few fail” was not proven in time (error-rate):"
        " the time is over, 2 w since the first evidence: no load has run."
    )


def test_what_failed_comes_before_what_was_not_proven_in_time() -> None:
    """
    Both are BROKEN, and the first of them is the headline.
    """
    made = decision(finding("late", Verdict.BROKEN, overdue=True), finding("failed", Verdict.BROKEN))
    assert [each.id for each in made.deciding] == ["phase1.failed", "phase1.late"]
