"""No evidence is no GO: what the judge says about whole, missing and spoiled ledgers."""

from pathlib import Path

import pytest

from rollout.evidence import Ledger, records
from rollout.evidence.records import Override
from rollout.judge.decide import decide
from rollout.judge.decision import Prerequisite
from rollout.judge.verdict import Outcome
from rollout.plan import load_plan
from tests.judge.ledgers import (
    NOW,
    everything,
    judged,
    reason,
    run_of_tests,
    run_of_two,
    signatures,
    slots,
    start,
    verdict,
)

DAY = 86400.0


def test_whole_evidence_is_go(tmp_path: Path) -> None:
    """
    With every criterion met, the decision is GO and the exit code 0.
    """
    everything(tmp_path)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.GO, [f"{f.id}: {f.reason}" for f in decision.findings]
    assert decision.exit_code == 0
    assert decision.line == "GO"


@pytest.mark.parametrize("phase", [phase.id for phase in load_plan().phases])
def test_an_empty_ledger_is_never_go(phase: str) -> None:
    """
    Without any evidence each phase of the real plan is on hold, and no criterion is met.
    """
    decision = decide(load_plan(), phase, Ledger(), NOW)
    assert decision.outcome is Outcome.HOLD
    assert not [finding.id for finding in decision.findings if finding.verdict == 0]


def test_every_journal_is_needed(tmp_path: Path) -> None:
    """
    Whichever journal is deleted, the decision is no longer GO.
    """
    everything(tmp_path)
    for path in sorted(tmp_path.glob("*.jsonl")):
        content = path.read_bytes()
        path.unlink()
        assert judged(tmp_path).outcome is not Outcome.GO, f"{path.name} was not missed"
        path.write_bytes(content)
    assert judged(tmp_path).outcome is Outcome.GO


def test_a_changed_byte_is_named(tmp_path: Path) -> None:
    """
    A journal with one byte changed is named, and the decision is HOLD.
    """
    everything(tmp_path)
    path = sorted(tmp_path.glob("*watch*.jsonl"))[0]
    path.write_bytes(path.read_bytes().replace(b'"value":3.0', b'"value":2.0', 1))
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert path.name in reason(decision, "evidence-intact")


def test_a_run_cut_short_holds_until_another_ends(tmp_path: Path) -> None:
    """
    A journal without its end holds the phase; a later whole run of the same producer frees it.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, finish=False)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert "has no end" in reason(decision, "evidence-intact")
    run_of_tests(tmp_path, at=NOW - 60)
    assert judged(tmp_path).outcome is Outcome.GO


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("failed", "BROKEN"), ("error", "BROKEN"), ("skipped", "UNPROVEN"), ("not-applicable", "UNPROVEN")],
    ids=["failed is broken", "an error is broken", "skipped is not passed", "not applicable is not passed"],
)
def test_only_a_pass_meets(tmp_path: Path, outcome: records.TestStatus, expected: str) -> None:
    """
    Whatever else a test says, its criterion is not met.
    """
    run_of_tests(tmp_path, outcome)
    assert verdict(judged(tmp_path), "answers") == expected


def test_a_check_that_ran_at_another_step_says_nothing_new_about_its_own(tmp_path: Path) -> None:
    """
    What passed at its step stays passed when the rollout has moved on; alone, another step's answer meets nothing.
    """
    run_of_tests(tmp_path, "other-step")
    assert verdict(judged(tmp_path), "answers") == "UNPROVEN"
    run_of_tests(tmp_path)
    run_of_tests(tmp_path, "other-step")
    assert verdict(judged(tmp_path), "answers") == "MET"
    run_of_tests(tmp_path, "skipped")
    assert verdict(judged(tmp_path), "answers") == "UNPROVEN"


def test_a_failure_counts_though_its_run_was_cut_short(tmp_path: Path) -> None:
    """
    What failed before a run was torn is believed, what passed is not.
    """
    run_of_tests(tmp_path, finish=False)
    assert verdict(judged(tmp_path), "answers") == "UNPROVEN"
    run_of_tests(tmp_path, "failed", finish=False)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_every_parameter_of_a_check_must_pass(tmp_path: Path) -> None:
    """
    A check collected with two parameters is unproven while one of them has not run.
    """
    run_of_two(tmp_path, a="passed")
    decision = judged(tmp_path)
    assert verdict(decision, "answers") == "UNPROVEN"
    assert reason(decision, "answers") == "test_it_answers[b]: has not run"


def test_a_check_that_does_not_apply_is_set_aside_and_counted(tmp_path: Path) -> None:
    """
    Beside another check that passed, one that cannot apply to the target is left out, and the value says so.
    """
    run_of_two(tmp_path, a="passed", b="not-applicable")
    decision = judged(tmp_path)
    assert verdict(decision, "answers") == "MET"
    assert next(f.value for f in decision.findings if f.id == "stage.answers").endswith("1 not applicable here")


def test_the_newest_attempt_decides_and_all_are_counted(tmp_path: Path) -> None:
    """
    A check that failed and then passed is met, in two attempts.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, "failed")
    assert judged(tmp_path).outcome is Outcome.NO_GO
    run_of_tests(tmp_path)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.GO
    assert next(finding.attempts for finding in decision.findings if finding.id == "stage.answers") == 3


def test_evidence_of_another_release_does_not_count(tmp_path: Path) -> None:
    """
    Everything met by one release says nothing about the next.
    """
    everything(tmp_path)
    assert judged(tmp_path, release="2.0.1").outcome is Outcome.HOLD


def test_old_evidence_does_not_count(tmp_path: Path) -> None:
    """
    Beyond its max_age evidence is missing; past the phase's deadline missing means broken.
    """
    everything(tmp_path)
    assert judged(tmp_path, now=NOW + 2 * DAY).outcome is Outcome.HOLD
    assert judged(tmp_path, now=NOW + 8 * DAY).outcome is Outcome.NO_GO


def test_each_role_must_sign(tmp_path: Path) -> None:
    """
    A missing signature is named, a refusal breaks.
    """
    signatures(tmp_path, "owner")
    assert reason(judged(tmp_path), "signed") == "not signed by: tester"
    signatures(tmp_path, "tester", accepted=False)
    assert verdict(judged(tmp_path), "signed") == "BROKEN"


def test_a_rehearsal_shortens_the_window_and_says_so(tmp_path: Path) -> None:
    """
    On the stand-in a rehearsal may end GO, and its line is never plain.
    """
    everything(tmp_path)
    for path in tmp_path.glob("*watch*"):
        path.unlink()
    short = tmp_path / "short"
    slots(short, [1.0] * 31, every=2.0)
    decision = judged(short, window_s=60.0)
    assert verdict(decision, "watched") == "MET"
    assert judged(short).line == "HOLD"
    assert decision.line == "HOLD (rehearsal, window 60 s)"


def test_a_rehearsal_on_a_real_target_is_never_go(tmp_path: Path) -> None:
    """
    Whatever was met, a rehearsal against staging or production holds.
    """
    everything(tmp_path, environment="production")
    decision = judged(tmp_path, window_s=3600.0)
    assert decision.outcome is Outcome.HOLD
    assert not [finding.id for finding in decision.findings if finding.verdict]


def test_the_phase_before_is_required_but_not_in_a_rehearsal(tmp_path: Path) -> None:
    """
    Without the GO before it a phase holds; a rehearsal lists what is missing and goes on.
    """
    everything(tmp_path)
    before = (Prerequisite(phase="earlier", met=False, detail="earlier was never decided"),)
    assert judged(tmp_path, prerequisites=before).outcome is Outcome.HOLD
    rehearsal = judged(tmp_path, prerequisites=before, window_s=3600.0)
    assert rehearsal.outcome is Outcome.GO
    assert rehearsal.prerequisites == before


def test_an_override_is_shown_and_exits_40(tmp_path: Path) -> None:
    """
    An override names who, why and until when, and runs out.
    """
    with start(tmp_path, "attest") as journal:
        journal.append(Override(phase="stage", by="Kim", why="the owner accepts it", until=NOW + DAY))
    decision = judged(tmp_path)
    assert decision.exit_code == 40
    assert decision.line.startswith("GO by override of HOLD (Kim until 2027-01-16")
    assert judged(tmp_path, now=NOW + 2 * DAY).exit_code == 30
