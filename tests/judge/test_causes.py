"""Root causes instead of cascades: what is broken by itself accuses, what waits for it does not."""

from pathlib import Path

import pytest
from msgspec import structs

from rollout.evidence.records import ObstacleKind, TestObstacle, TestOutcome, TestsCollected, TestStatus
from rollout.judge.check_notes import told
from rollout.judge.finding import Cause, Finding, next_step
from rollout.judge.tests import margin
from rollout.judge.verdict import Verdict
from tests.judge.ledgers import CHECK, NOW, PLAN, judged, reason, run_of_tests, start, verdict

FILE = "integration/test_things.py"
NO_NETWORK = "review ended failed: 'no network'"
WEEKS = 14 * 86400.0


def outcome(
    name: str, said: TestStatus, message: str = "", depth: int = 0, kind: ObstacleKind | None = None
) -> TestOutcome:
    """What came of the check called *name*."""
    way_out = "set `frontend_url` in targets/x.toml" if kind == "not-configured" else ""
    return TestOutcome(
        node=f"{FILE}::{name}",
        criteria=("stage.answers",),
        outcome=said,
        duration_s=0.1,
        message=message,
        depth=depth,
        obstacle=TestObstacle(kind=kind, cause=message, way_out=way_out) if kind else None,
    )


def found(folder: Path, *outcomes: TestOutcome, now: float = NOW) -> Finding:
    """The finding about the criterion of these checks."""
    nodes = [record.node for record in outcomes]
    with start(folder, "pytest", checks={"stage.answers": nodes}) as journal:
        for record in outcomes:
            journal.append(record)
        journal.append(TestsCollected(nodes={"stage.answers": tuple(nodes)}))
    return next(finding for finding in judged(folder, now).findings if finding.id == "stage.answers")


def test_what_many_wait_for_is_one_cause(tmp_path: Path) -> None:
    """
    A cause is told once, with how many checks wait for it.
    """
    waiting = [outcome(f"test_{n}", "skipped", NO_NETWORK, kind="not-reached") for n in range(12)]
    finding = found(tmp_path, outcome("test_ok", "passed"), *waiting)
    assert finding.verdict.name == "UNPROVEN"
    assert finding.reason == f"{NO_NETWORK} — 12 checks wait for it (test_0, test_1, test_2 and 9 more)"
    (cause,) = finding.causes
    assert (cause.kind, len(cause.checks)) == ("not-reached", 12)


def test_what_is_broken_by_itself_is_broken_and_the_rest_waits(tmp_path: Path) -> None:
    """
    One failing check breaks the criterion; those that wait are listed apart and accuse nobody.
    """
    waiting = [outcome(f"test_{n}", "skipped", NO_NETWORK, kind="not-reached") for n in range(3)]
    finding = found(tmp_path, outcome("test_review", "failed", "got failed, want completed"), *waiting)
    assert finding.verdict.name == "BROKEN"
    assert [note.node for note in finding.failing] == [f"{FILE}::test_review"]
    assert [len(cause.checks) for cause in finding.causes] == [3]


def test_the_most_basic_failure_comes_first(tmp_path: Path) -> None:
    """
    A broken sign-in is told before a cold cache, whatever their order in the file; all failures are there.
    """
    cold = outcome("test_cache", "failed", "got no hit, want some", depth=9)
    closed = outcome("test_sign_in", "failed", "POST /auth/login: got 500, want 200", depth=3)
    finding = found(tmp_path, cold, closed)
    assert finding.reason == "test_sign_in: POST /auth/login: got 500, want 200; 1 more failing check"
    assert [note.message for note in finding.failing] == [closed.message, cold.message]


def test_a_class_in_a_journal_of_before_is_not_shown(tmp_path: Path) -> None:
    """
    Reason and notes say what the error said, and a bare assert what was got and wanted.
    """
    named = outcome("test_open", "failed", "rollout.target.answer.Unexpected: GET /x: got 500, want 200", depth=1)
    bare = outcome("test_role", "failed", "AssertionError: assert got 1, want 2", depth=2)
    lost = outcome("test_page", "skipped", "playwright.sync_api.TimeoutError: no page")
    finding = found(tmp_path, named, bare, lost)
    assert finding.reason == "test_open: GET /x: got 500, want 200; 1 more failing check"
    assert [note.message for note in finding.failing] == ["GET /x: got 500, want 200", "got 1, want 2"]
    assert [cause.text for cause in finding.causes] == ["skipped: no page"]


def test_a_missing_setting_is_unproven_with_its_way_out(tmp_path: Path) -> None:
    """
    What is not configured never breaks a criterion, not even at the deadline, and the next step is the setting.
    """
    lacking = outcome("test_page", "skipped", "not configured: set `frontend_url`", kind="not-configured")
    finding = found(tmp_path, lacking, now=NOW + WEEKS)
    assert (finding.verdict.name, finding.next) == ("UNPROVEN", "set `frontend_url` in targets/x.toml")


def test_a_defect_of_a_check_accuses_nobody(tmp_path: Path) -> None:
    """
    An IndexError in a check is the check's own.
    """
    finding = found(
        tmp_path, outcome("test_list", "skipped", "the check itself is defective: IndexError", kind="defect")
    )
    assert finding.verdict.name == "UNPROVEN"
    assert "defective" in finding.reason


def test_the_next_step_depends_on_the_verdict(tmp_path: Path) -> None:
    """
    A criterion has a step for what was not shown and another one for what does not hold; <phase> in it is the phase.
    """
    told = {"next_unproven": "run it", "next_broken": "repair it in <phase>"}
    steps = [criterion.model_copy(update=told) for criterion in PLAN.criteria_of("stage") if criterion.id == "answers"]
    said = [next_step(steps[0], verdict, "stage") for verdict in Verdict]
    assert said == ["", "run it", "repair it in stage", "repair it in stage"]


@pytest.mark.parametrize(
    ("checks", "said"),
    [(("test_a",), "test_a: skipped: why"), (("test_a", "test_b"), "test_a and 1 more: skipped: why")],
)
def test_checks_that_wait_for_nothing_known_are_counted_after_the_first(checks: tuple[str, ...], said: str) -> None:
    """
    The first is named, and of one alone nothing more is told.
    """
    nodes = tuple(f"{FILE}::{name}" for name in checks)
    assert told(Cause(kind="skipped", text="skipped: why", checks=nodes)) == said


def test_four_measurements_are_told_and_the_others_are_listed(tmp_path: Path) -> None:
    """
    The value is short, and nothing that was measured is missing from the finding.
    """
    record = structs.replace(outcome("test_ok", "passed"), measured={f"a{n}_ms": float(n) for n in range(5)})
    finding = found(tmp_path, record)
    assert finding.value == "a0_ms 0, a1_ms 1, a2_ms 2, a3_ms 3 and 1 more, 1 of 1 checks passed"
    assert finding.listed == ("a0_ms 0", "a1_ms 1", "a2_ms 2", "a3_ms 3", "a4_ms 4")


@pytest.mark.parametrize(
    ("failed", "absent", "said"),
    [
        ([], [], "1 failing check would break it"),
        (["a"], ["b"], "1 failing check must pass"),
        (["a", "b"], [], "2 failing checks must pass"),
        ([], ["a"], "1 check must run and pass"),
        ([], ["a", "b"], "2 checks must run and pass"),
    ],
)
def test_the_margin_says_what_would_flip_the_verdict(failed: list[str], absent: list[str], said: str) -> None:
    """
    What failed before what is missing, counted.
    """
    assert margin(failed, absent) == said


def test_a_process_of_tests_that_crashed_accuses_nobody(tmp_path: Path) -> None:
    """
    Nor does the pass of before stand in for the test that took its process along.
    """
    run_of_tests(tmp_path, at=NOW - 3800)
    assert verdict(judged(tmp_path), "answers") == "MET"
    with start(tmp_path, "pytest", checks={"stage.answers": [CHECK]}) as journal:
        crashed = TestOutcome(
            node=CHECK,
            criteria=("stage.answers",),
            outcome="error",
            duration_s=0.1,
            message="worker 'gw0' crashed while running 'it'",
            obstacle=TestObstacle(kind="defect", cause="worker 'gw0' crashed"),
        )
        journal.append(crashed)
        journal.append(TestsCollected(nodes={"stage.answers": (CHECK,)}))
    decision = judged(tmp_path)
    assert verdict(decision, "answers") == "UNPROVEN"
    assert reason(decision, "answers") == "test_it_answers: worker 'gw0' crashed"
