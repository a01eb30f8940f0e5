"""Cases 20 and 21: a check that vanished is missed, and a chosen test clears no failure of the others."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from rollout.evidence.records import PlanChange, Revoke, TestsCollected
from tests.judge.ledgers import CHECK, NOW, judged, reason, run_of_tests, start, tell, verdict
from tests.judge.statements import say

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


def seen_to_fail(folder: Path, *, collected: bool = True) -> None:
    """A run in which a check failed that a scan of the source does not see."""
    with start(folder, "pytest", checks={"stage.answers": [CHECK]}) as journal:
        tell(journal, CHECK, "passed")
        tell(journal, OTHER, "failed")
        if collected:
            journal.append(TestsCollected(nodes={"stage.answers": (CHECK, OTHER)}))


@pytest.mark.parametrize("collected", [True, False], ids=["collected", "only its outcome"])
def test_a_check_that_no_scan_of_the_source_sees_is_expected(tmp_path: Path, collected: bool) -> None:
    """
    Case 20: in a file of another name, or behind an imported mark; that it ran is evidence enough.
    """
    seen_to_fail(tmp_path, collected=collected)
    run_of_tests(tmp_path, at=NOW - 3000)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_a_check_that_was_only_collected_is_missing(tmp_path: Path) -> None:
    """
    Case 20: what pytest found once has to run.
    """
    with start(tmp_path, "pytest", checks={"stage.answers": [CHECK]}) as journal:
        tell(journal, CHECK, "passed")
        journal.append(TestsCollected(nodes={"stage.answers": (CHECK, OTHER)}))
    run_of_tests(tmp_path, at=NOW - 3000)
    assert reason(judged(tmp_path), "answers") == "test_it_is_fast: has not run"


def test_a_check_that_lost_its_mark_tells_its_way_out(tmp_path: Path) -> None:
    """
    Case 20: it still fails for its criterion, until the mark is back or a person accepts that it is gone.
    """
    seen_to_fail(tmp_path)
    run_of_tests(tmp_path, at=NOW - 3000)
    (found,) = [each for each in judged(tmp_path).findings if each.id == "stage.answers"]
    assert found.next.startswith("test_it_is_fast is not in the source any more")
    say(tmp_path, RENAMED, at=NOW - 2000)
    assert verdict(judged(tmp_path), "answers") == "MET"


def test_a_parameter_that_was_removed_is_missed(tmp_path: Path) -> None:
    """
    Case 20: a check is each of its parameters.
    """
    a, b = f"{CHECK}[a]", f"{CHECK}[b]"
    with start(tmp_path, "pytest", checks={"stage.answers": [a, b]}) as journal:
        tell(journal, a, "passed")
        tell(journal, b, "failed")
    with start(tmp_path, "pytest", at=NOW - 3000, checks={"stage.answers": [a]}) as journal:
        tell(journal, a, "passed")
    (found,) = [each for each in judged(tmp_path).findings if each.id == "stage.answers"]
    assert (found.verdict.name, [note.node for note in found.failing]) == ("BROKEN", [b])
    assert found.next.startswith("test_it_answers[b] is not in the source any more")


def test_a_run_of_only_the_failed_test_clears_nothing(tmp_path: Path) -> None:
    """
    Case 21: the failure stands until a run for which nobody chose among the tests.
    """
    run_of_tests(tmp_path, "failed")
    run_of_tests(tmp_path, narrowed=True)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"
    run_of_tests(tmp_path)
    assert verdict(judged(tmp_path), "answers") == "MET"


RENAMED = PlanChange(
    phase="stage",
    by="Kim",
    role="owner",
    statement="renamed to test_it_answers",
    meaning="any",
    checks={"stage.answers": (OTHER,)},
)


def vanished(folder: Path) -> None:
    """A check that failed, and a later whole run without it."""
    with start(folder, "pytest", checks={"stage.answers": [CHECK, OTHER]}) as journal:
        tell(journal, CHECK, "passed")
        tell(journal, OTHER, "failed")
    run_of_tests(folder, at=NOW - 3000)


def test_the_way_out_for_a_renamed_check_is_told(tmp_path: Path) -> None:
    """
    Case 20: bring it back, or let a person accept that it is gone.
    """
    vanished(tmp_path)
    (found,) = [each for each in judged(tmp_path).findings if each.id == "stage.answers"]
    assert found.next == (
        "test_it_is_fast is not in the source any more: bring back what was deleted or renamed,"
        " or let a person accept it: rollout attest plan-change stage --by NAME --role ROLE --statement TEXT"
    )


def test_a_person_accepts_that_a_check_is_gone_and_stands_in_the_line(tmp_path: Path) -> None:
    """
    Case 20: loosened goalposts carry a name.
    """
    vanished(tmp_path)
    say(tmp_path, RENAMED, at=NOW - 2000)
    decision = judged(tmp_path)
    assert verdict(decision, "answers") == "MET"
    assert "1 check gone, accepted by Kim (owner): renamed to test_it_answers" in decision.line


@pytest.mark.parametrize(
    "said",
    [replace(RENAMED, phase="other"), replace(RENAMED, statement=" "), replace(RENAMED, by="")],
    ids=["another phase", "no reason", "no name"],
)
def test_an_acceptance_that_is_none_still_misses_it(tmp_path: Path, said: PlanChange) -> None:
    """
    Case 20: a name, a reason, and the phase.
    """
    vanished(tmp_path)
    say(tmp_path, said, at=NOW - 2000)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_a_check_that_came_back_must_pass(tmp_path: Path) -> None:
    """
    Case 20: what was accepted as gone is expected again from the run that finds it.
    """
    vanished(tmp_path)
    say(tmp_path, RENAMED, at=NOW - 2000)
    with start(tmp_path, "pytest", at=NOW - 1000, checks={"stage.answers": [CHECK, OTHER]}) as journal:
        tell(journal, CHECK, "passed")
        tell(journal, OTHER, "failed")
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_an_accepted_check_that_is_revoked_is_missed_again(tmp_path: Path) -> None:
    """
    Case 20: the word is taken back as any other.
    """
    vanished(tmp_path)
    path = say(tmp_path, RENAMED, at=NOW - 2000)
    say(tmp_path, Revoke(of=path.stem, by="Bo", role="owner", statement="it was no renaming"))
    assert verdict(judged(tmp_path), "answers") == "BROKEN"
