"""Ways to a passed test without a test that passed: none of them is evidence."""

from pathlib import Path

import pytest

from rollout.evidence import JournalState, Run
from rollout.evidence.records import TestOutcome, TestStatus
from tests.judge.ledgers import CHECK, NOW, judged, run_of_tests, start, tell, verdict
from tests.plugin.small_suite import pytest_run

HEALTHY = """
import os, pytest

@pytest.mark.criterion("services-healthy")
def test_alive():
    BODY
"""
PARTIAL = "pytest.skip('this is not applicable: I do not like it')"
EXPECTED = "__import__('_pytest').outcomes.xfail('not applicable: known')"
CRASH = "os._exit(9)"


def suite(folder: Path, body: str) -> Path:
    """A suite of one check."""
    file = folder / "smoke" / "test_suite.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEALTHY.replace("BODY", body), encoding="utf-8")
    return file


def outcomes(run: Run) -> list[str]:
    """The outcomes in a journal."""
    return [record.outcome for record in run.of(TestOutcome)]


@pytest.mark.parametrize(
    "how",
    [
        "--setup-plan",
        *(
            pytest.param(how, marks=pytest.mark.stack)
            for how in ("--setup-only", "--collect-only", "--fixtures", "--fixtures-per-test")
        ),
    ],
)
def test_a_run_without_bodies_leaves_no_evidence(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 1: pytest calls each test passed that it only set up; no journal says so.
    """
    monkeypatch.setenv("PYTEST_ADDOPTS", how)
    said, journals = pytest_run(suite(tmp_path, "assert False"), "-m", "phase1")
    assert journals == {}, said


def test_a_crash_of_a_worker_is_an_error_of_its_test(tmp_path: Path) -> None:
    """
    Case 5: the test that took its worker along stands in the journal, with its criteria.
    """
    said, journals = pytest_run(suite(tmp_path, CRASH), "-m", "phase1", "-n", "1")
    (record,) = journals["phase1"].of(TestOutcome)
    assert (record.outcome, record.criteria) == ("error", ("phase1.services-healthy",)), said
    assert "crashed" in record.message
    assert record.obstacle is not None
    assert (record.obstacle.kind, record.obstacle.cause) == ("defect", "worker 'gw0' crashed")
    assert journals["phase1"].state is JournalState.COMPLETE


@pytest.mark.parametrize("body", [PARTIAL, EXPECTED], ids=["a skip", "an expected failure"])
def test_words_about_applicability_waive_nothing(tmp_path: Path, body: str) -> None:
    """
    Case 6: only what the target declares is not applicable; a test that says so was skipped.
    """
    _, journals = pytest_run(suite(tmp_path, body), "-m", "phase1")
    assert outcomes(journals["phase1"]) == ["skipped"]


@pytest.mark.stack
def test_what_only_a_stand_in_bears_is_not_applicable_elsewhere(tmp_path: Path) -> None:
    """
    The mark of a check says so, and the target's environment decides.
    """
    file = suite(tmp_path, "pass")
    marked = file.read_text().replace("@pytest", "@pytest.mark.standin_only('it kills')\n@pytest", 1)
    file.write_text(marked, encoding="utf-8")
    _, journals = pytest_run(file, "-m", "phase1")
    assert outcomes(journals["phase1"]) == ["not-applicable"]


@pytest.mark.stack
@pytest.mark.parametrize(
    ("words", "narrowed"),
    [
        (("-m", "phase1"), False),
        (("-m", "phase1 or phase2", "--maxfail", "9"), False),
        (("-m", "phase1 and not slow"), True),
        (("-k", "alive"), True),
        (("--deselect", "smoke/test_other.py"), True),
        (("--until-broken",), True),
        (("--lf",), True),
        (("--ignore", "integration"), True),
        (("-o", "python_functions=test_a*"), True),
    ],
)
def test_a_run_says_whether_tests_were_chosen(tmp_path: Path, words: tuple[str, ...], narrowed: bool) -> None:
    """
    Case 21: names, files, earlier outcomes and other marks choose; phases do not.
    """
    _, journals = pytest_run(suite(tmp_path, "pass").parent, *words)
    assert {run.started.narrowed for run in journals.values()} == {narrowed}


def test_a_file_alone_is_a_choice(tmp_path: Path) -> None:
    """
    Case 21: the folders of the suite are the whole, a file in one of them is not.
    """
    _, journals = pytest_run(suite(tmp_path, "pass"), "-m", "phase1")
    assert journals["phase1"].started.narrowed is True


def test_a_run_of_the_failed_test_alone_clears_nothing(tmp_path: Path) -> None:
    """
    Case 21: a failure stands until a run passes for which nobody chose among the tests.
    """
    run_of_tests(tmp_path, "failed")
    run_of_tests(tmp_path, "passed", narrowed=True)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"
    run_of_tests(tmp_path, "passed", narrowed=False)
    assert verdict(judged(tmp_path), "answers") == "MET"


@pytest.mark.parametrize("chosen", [True, False])
def test_a_skip_after_a_failure_opens_no_way_for_a_run_of_that_test_alone(tmp_path: Path, chosen: bool) -> None:
    """
    Case 21: a failure stands through what proves nothing, whether somebody chose that or not.
    """
    run_of_tests(tmp_path, "failed")
    run_of_tests(tmp_path, "skipped", narrowed=chosen)
    run_of_tests(tmp_path, "passed", narrowed=True)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


@pytest.mark.parametrize("first", ["failed", "error", "skipped"])
def test_a_pass_clears_no_failure_of_its_own_run(tmp_path: Path, first: TestStatus) -> None:
    """
    Cases 5 and 21: `--keep-duplicates` and `--dist each` run a test several times, and the worst outcome counts.
    """
    with start(tmp_path, "pytest", checks={"stage.answers": [CHECK]}) as journal:
        tell(journal, CHECK, first)
        tell(journal, CHECK, "passed")
    assert verdict(judged(tmp_path), "answers") == ("UNPROVEN" if first == "skipped" else "BROKEN")
    run_of_tests(tmp_path, at=NOW - 60)
    assert verdict(judged(tmp_path), "answers") == "MET"


def test_a_run_of_one_test_proves_what_never_failed(tmp_path: Path) -> None:
    """
    Case 21: where no failure is known, it does not matter who chose.
    """
    run_of_tests(tmp_path, "passed", narrowed=True)
    assert verdict(judged(tmp_path), "answers") == "MET"


SECOND = "integration/test_second.py::test_it_works"
SOURCE = {"stage.answers": [CHECK, SECOND]}


def run_of(folder: Path, at: float, parent: str | None = None, **outcomes: TestStatus) -> None:
    """A whole run of some of two checks, *first* and *second*; nothing in it says that somebody chose."""
    with start(folder, "pytest", at=at, checks=SOURCE, parent=parent) as journal:
        for name, outcome in outcomes.items():
            tell(journal, {"first": CHECK, "second": SECOND}[name], outcome)


def answers(folder: Path) -> str:
    """The verdict on the criterion of both checks."""
    return verdict(judged(folder), "answers")


def test_a_run_that_left_checks_out_clears_nothing_however_that_came(tmp_path: Path) -> None:
    """
    Case 21: what ran is compared with what the source has; no list of options is needed, and the line says it.
    """
    run_of(tmp_path, NOW - 3000, first="failed", second="passed")
    run_of(tmp_path, NOW - 2000, first="passed")
    assert answers(tmp_path) == "BROKEN"
    assert "the newest run of tests left out 1 check: it clears no failure" in judged(tmp_path).line
    run_of(tmp_path, NOW - 1000, first="passed", second="passed")
    assert answers(tmp_path) == "MET"
    assert "left out" not in judged(tmp_path).line


def test_the_stages_of_a_gate_are_one_attempt(tmp_path: Path) -> None:
    """
    Case 21: each runs another folder of tests; none of them left anything out.
    """
    run_of(tmp_path, NOW - 3000, first="failed", second="passed")
    run_of(tmp_path, NOW - 2000, parent="g", first="passed")
    run_of(tmp_path, NOW - 1000, parent="g", second="passed")
    assert answers(tmp_path) == "MET"


def test_a_run_by_hand_in_the_name_of_a_gate_clears_nothing(tmp_path: Path) -> None:
    """
    Case 21: `--parent` of a gate that ran the same check before makes no attempt whole.
    """
    run_of(tmp_path, NOW - 3000, parent="g", first="failed", second="passed")
    run_of(tmp_path, NOW - 2000, parent="g", first="passed")
    assert answers(tmp_path) == "BROKEN"
