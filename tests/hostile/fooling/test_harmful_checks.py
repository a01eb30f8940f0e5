"""Case 6: a check that only a stand-in bears is told on every other target, and never left out in silence."""

from pathlib import Path
from typing import Any

from rollout.judge.verdict import Outcome
from tests.judge.ledgers import CHECK, NOW, everything, judged, reason, start, tell, verdict

KILLS = "integration/test_crashes.py::test_it_comes_back"


def two_checks(folder: Path, **more: Any) -> None:
    """A run in which one check passed and the harmful one did not apply."""
    with start(folder, "pytest", checks={"stage.answers": [CHECK, KILLS]}, **more) as journal:
        tell(journal, CHECK, "passed")
        tell(journal, KILLS, "not-applicable")


def test_a_harmful_check_that_did_not_run_is_told(tmp_path: Path) -> None:
    """
    Case 6: an advisory finding names it with its reason and what to do; the others decide.
    """
    everything(tmp_path)
    two_checks(tmp_path)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.GO
    assert verdict(decision, "harmful-checks-ran") == "UNPROVEN"
    assert reason(decision, "harmful-checks-ran") == "test_it_comes_back: why"
    (found,) = [each for each in decision.findings if each.id.endswith("harmful-checks-ran")]
    assert found.advisory
    assert found.next == "rehearse them on the embedded stand-in: rollout gate stage"


def test_every_harmful_check_is_listed_with_its_own_reason(tmp_path: Path) -> None:
    """
    Case 6: the finding tells some of them, and its list each of them with why.
    """
    everything(tmp_path)
    nodes = [f"integration/test_crashes.py::test_{number}" for number in range(5)]
    with start(tmp_path, "pytest", checks={"stage.answers": [CHECK, *nodes]}) as journal:
        tell(journal, CHECK, "passed")
        for number, node in enumerate(nodes):
            tell(journal, node, "not-applicable", f"not applicable: {number % 2} workers would be killed")
    (found,) = [each for each in judged(tmp_path).findings if each.id.endswith("harmful-checks-ran")]
    assert found.reason == ("test_0, test_1, test_2 and 2 more: 0 workers would be killed; 1 workers would be killed")
    assert found.listed == tuple(f"{node}: {n % 2} workers would be killed" for n, node in enumerate(nodes))


def test_a_waiver_of_the_target_is_told_in_the_line_and_not_twice(tmp_path: Path) -> None:
    """
    Case 6: what the target leaves out is counted as a waiver.
    """
    everything(tmp_path)
    two_checks(tmp_path, not_applicable={"stage.answers": "nothing answers here"})
    assert [each for each in judged(tmp_path).findings if each.id.endswith("harmful-checks-ran")] == []


def test_a_criterion_of_harmful_checks_alone_is_unproven(tmp_path: Path) -> None:
    """
    Case 6: where none of its checks ran a criterion is not met.
    """
    with start(tmp_path, "pytest", checks={"stage.answers": [KILLS]}) as journal:
        tell(journal, KILLS, "not-applicable")
    assert verdict(judged(tmp_path), "answers") == "UNPROVEN"


def test_a_check_that_failed_is_not_excused_by_the_mark(tmp_path: Path) -> None:
    """
    Case 6: who marks a check as harmful after it failed takes nothing back.
    """
    everything(tmp_path)
    with start(tmp_path, "pytest", at=NOW - 400, checks={"stage.answers": [CHECK, KILLS]}) as journal:
        tell(journal, CHECK, "passed")
        tell(journal, KILLS, "failed")
    two_checks(tmp_path)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.NO_GO
    assert reason(decision, "answers").startswith("test_it_comes_back")
