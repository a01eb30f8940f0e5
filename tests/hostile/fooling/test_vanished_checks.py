"""Cases 20 and 21: a check that vanished is missed, and a chosen test clears no failure of the others."""

from pathlib import Path

from rollout.evidence.records import TestsCollected
from tests.judge.ledgers import CHECK, judged, reason, run_of_tests, start, tell, verdict

OTHER = "smoke/test_health.py::test_it_is_fast"


def test_a_check_deleted_after_it_failed_is_still_expected(tmp_path: Path) -> None:
    """
    Case 20: the failure of a check that is no longer in the source stands.
    """
    with start(tmp_path, "pytest", checks={"stage.answers": [CHECK, OTHER]}) as journal:
        tell(journal, CHECK, "passed")
        tell(journal, OTHER, "failed")
        journal.append(TestsCollected(nodes={"stage.answers": (CHECK, OTHER)}))
    run_of_tests(tmp_path)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_a_check_deleted_before_it_ran_is_missing(tmp_path: Path) -> None:
    """
    Case 20: the set of checks is that of the whole release.
    """
    with start(tmp_path, "pytest", checks={"stage.answers": [CHECK, OTHER]}) as journal:
        tell(journal, CHECK, "passed")
    run_of_tests(tmp_path)
    assert reason(judged(tmp_path), "answers") == "test_it_is_fast: has not run"


def test_a_run_of_only_the_failed_test_clears_nothing(tmp_path: Path) -> None:
    """
    Case 21: the failure stands until a run for which nobody chose among the tests.
    """
    run_of_tests(tmp_path, "failed")
    run_of_tests(tmp_path, narrowed=True)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"
    run_of_tests(tmp_path)
    assert verdict(judged(tmp_path), "answers") == "MET"
