"""Case 25: a test for which something came too late accuses nobody while its target was kept from a processor of this machine."""

from pathlib import Path

import pytest

from rollout.evidence.records import TestOutcome, TestsCollected, TestStatus
from rollout.judge.decision import Decision
from tests.judge.ledgers import CHECK, NOW, judged, reason, start, verdict

LATE = "GET /health: got ReadTimeout: timed out, want an answer"


def run(folder: Path, outcome: TestStatus, waited: float | None = None, *, node: str = CHECK, ago: float = 0) -> None:
    """A run of the one check, whose target waited for so many percent of the time in which it could run."""
    with start(folder, "pytest", at=NOW - 3700 - ago, checks={"stage.answers": [CHECK]}) as journal:
        told = TestOutcome(
            node=node,
            criteria=("stage.answers",),
            outcome=outcome,
            duration_s=10.1,
            message=LATE,
            target_waited_percent=waited,
        )
        journal.append(told)
        journal.append(TestsCollected(nodes={"stage.answers": (node,)}))


def said(decision: Decision) -> tuple[str, str]:
    """Verdict and reason of the criterion of the check."""
    return verdict(decision, "answers"), reason(decision, "answers")


@pytest.mark.parametrize("waited", [None, 0.0, 49.9])
@pytest.mark.parametrize("outcome", ["failed", "error"])
def test_a_target_that_had_a_processor_is_late_by_itself(
    tmp_path: Path, outcome: TestStatus, waited: float | None
) -> None:
    """
    And so is one of which nobody knows, such as one on another machine.
    """
    run(tmp_path, outcome, waited)
    assert said(judged(tmp_path)) == ("BROKEN", f"test_it_answers: {LATE}")


@pytest.mark.parametrize("waited", [50.0, 99.9])
@pytest.mark.parametrize("outcome", ["failed", "error"])
def test_a_target_that_got_no_processor_was_not_seen_to_fail(
    tmp_path: Path, outcome: TestStatus, waited: float
) -> None:
    """
    The cause is told with its way out, and a pass from before does not stand in for it.
    """
    run(tmp_path, "passed", ago=600)
    run(tmp_path, outcome, waited)
    decision = judged(tmp_path)
    assert said(decision) == (
        "UNPROVEN",
        f"test_it_answers: the target runs on this machine and was kept from a processor for {waited:.0f} % of the time "
        "in which it could run, limit 50 %",
    )
    (found,) = [each for each in decision.findings if each.id == "stage.answers"]
    assert found.next.startswith("end what else runs on this machine")


def test_a_failure_from_before_stands(tmp_path: Path) -> None:
    """
    What was seen while the target had its processor is not cleared by what nobody could see.
    """
    run(tmp_path, "failed", ago=600)
    run(tmp_path, "failed", 90.0)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_a_run_with_a_processor_clears_it(tmp_path: Path) -> None:
    """
    It passes the next time.
    """
    run(tmp_path, "failed", 90.0, ago=600)
    run(tmp_path, "passed")
    assert verdict(judged(tmp_path), "answers") == "MET"


def test_what_passed_without_a_processor_passed(tmp_path: Path) -> None:
    """
    What holds there holds all the more.
    """
    run(tmp_path, "passed", 90.0)
    assert verdict(judged(tmp_path), "answers") == "MET"
