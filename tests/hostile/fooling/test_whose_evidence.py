"""Cases 9 to 12: evidence of another run, phase, target, environment, release or time does not count."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.seal import sealed
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome
from rollout.plan import Plan
from rollout.replay import replayed
from tests.evidence.raw import spoiled
from tests.judge.ledgers import (
    NOW,
    PLAN,
    RELEASE,
    everything,
    judged,
    reason,
    run_of_tests,
    signatures,
    slots,
    start,
    verdict,
)

STAGING: dict[str, Any] = {"environment": "staging", "target": "staging"}
PRODUCTION: dict[str, Any] = {"environment": "production", "target": "production"}


def plan_on(environment: str, **criteria: str) -> Plan:
    """The small plan, with its stage and single *criteria* in an environment."""
    document = PLAN.model_dump(mode="json", exclude_none=True)
    document["phases"][0]["environment"] = environment
    document["phases"][0] |= {"deadline": "1w"}
    for item in document["criteria"]:
        item["max_age"] = "1d"
        if item["id"] in criteria:
            item["environment"] = criteria[item["id"]]
    document["phases"][0]["steps"][0]["monitor"] = "1h"
    return Plan.model_validate(document)


def on(plan: Plan, folder: Path) -> Decision:
    """What is decided from the journals in *folder* under *plan*."""
    return decide(plan, "stage", read_ledger([folder]), NOW, release=RELEASE)


def test_a_copy_under_another_name_is_no_second_run(tmp_path: Path) -> None:
    """
    Case 9: six copies of a journal count once, and the decision names them and holds.
    """
    everything(tmp_path)
    path = next(tmp_path.glob("*-pytest-*.jsonl"))
    for number in range(6):
        shutil.copy(path, tmp_path / f"{path.stem[:-1]}{number}x.jsonl")
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert f"is a copy of {path.name} (and 5 more)" in reason(decision, "evidence-intact")
    assert next(f.attempts for f in decision.findings if f.id == "stage.answers") == 1


def test_a_copy_that_is_sealed_anew_under_another_id_holds(tmp_path: Path) -> None:
    """
    Case 9: six copies with ids and names of their own, each seal in order; the register knows none of them.
    """
    everything(tmp_path)
    path = next(tmp_path.glob("*-watch-*.jsonl"))
    for number in range(6):
        renamed = shutil.copy(path, tmp_path / f"{path.stem[:-8]}{number:08x}.jsonl")
        spoiled(Path(renamed), "run-started", run=f"{number:08x}00000000")
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert "does not know this run: it was copied, or written by hand (and 5 more)" in reason(
        decision, "evidence-intact"
    )


@pytest.mark.parametrize("fact", [{"release": "1.9"}, {"phase": "earlier"}, {"target": "other"}], ids=str)
def test_a_pass_of_elsewhere_that_is_sealed_anew_in_place_clears_nothing(tmp_path: Path, fact: dict[str, Any]) -> None:
    """
    Cases 9, 10 and 13: name, run id and register are untouched; the register knows whose evidence it was.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, "failed", at=NOW - 300)
    elsewhere = run_of_tests(tmp_path, at=NOW - 200, **fact)
    spoiled(elsewhere, "run-started", phase="stage", release=RELEASE, target="staging")
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert f"{elsewhere.name}: was sealed anew" in " ".join([decision.findings[0].reason, *decision.findings[0].listed])


def killed_run(folder: Path) -> Path:
    """A run with a failure, as `kill -9` leaves it: its register has the line of its beginning alone."""
    path = run_of_tests(folder, "failed", at=NOW - 300, finish=False)
    (register,) = folder.glob("register-*.log")
    *lines, end = register.read_text(encoding="utf-8").splitlines(keepends=True)
    assert f'"stem":"{path.stem}"' in end
    register.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("fact", [{"release": "1.9"}, {"phase": "earlier"}], ids=str)
def test_a_run_that_was_cut_short_is_moved_nowhere(tmp_path: Path, fact: dict[str, Any]) -> None:
    """
    Cases 9, 10 and 13: its register has no last hash of it, but knows what it was about.
    """
    everything(tmp_path)
    killed = killed_run(tmp_path)
    spoiled(killed, "run-started", **fact)
    decision = judged(tmp_path, release=RELEASE)
    assert decision.outcome is Outcome.HOLD
    assert f"{killed.name}: was sealed anew" in reason(decision, "evidence-intact")


def test_a_run_that_was_cut_short_gets_no_end_by_hand(tmp_path: Path) -> None:
    """
    Case 13: a failure that became a pass, with an end that the register does not know.
    """
    everything(tmp_path)
    killed = killed_run(tmp_path)
    number = len(killed.read_text(encoding="utf-8").splitlines())
    end, _ = sealed({"kind": "run-finished", "t": NOW - 299, "seq": number, "prev": "", "records": number, "exit": 0})
    with killed.open("a", encoding="utf-8") as file:
        file.write(end)
    spoiled(killed, "test-outcome", outcome="passed")
    decision = judged(tmp_path, release=RELEASE)
    assert decision.outcome is Outcome.HOLD
    assert f"{killed.name}: has an end that" in reason(decision, "evidence-intact")


def test_a_copy_that_names_no_register_is_no_older_journal(tmp_path: Path) -> None:
    """
    Cases 9 and 13: sealed anew under another id and without the field, beside a register; then without any register.
    """
    everything(tmp_path)
    path = next(tmp_path.glob("*-pytest-*.jsonl"))
    renamed = Path(shutil.copy(path, tmp_path / f"{path.stem[:-8]}deadbeef.jsonl"))
    spoiled(renamed, "run-started", run="deadbeef00000000", register=None)
    assert judged(tmp_path).outcome is Outcome.HOLD
    assert reason(judged(tmp_path), "evidence-intact").startswith(
        f"{renamed.name}: names no register and none knows it"
    )
    next(tmp_path.glob("register-*.log")).unlink()
    for each in tmp_path.glob("*.jsonl"):
        spoiled(each, "run-started", register=None)
    assert "names no register and none knows it" in reason(judged(tmp_path), "evidence-intact")


def test_a_renamed_failure_stays_where_it_was(tmp_path: Path) -> None:
    """
    Case 9: the order of runs is that of their records; a failing journal with the oldest name is still the newest.
    """
    everything(tmp_path)
    failed = run_of_tests(tmp_path, "failed", at=NOW - 60)
    assert judged(tmp_path).outcome is Outcome.NO_GO
    failed.rename(failed.with_name(f"20200101T000000.000000Z-pytest-{failed.stem[-8:]}.jsonl"))
    assert judged(tmp_path).outcome is Outcome.NO_GO


def test_a_file_that_says_another_name_than_its_content_accuses_and_proves_nothing(tmp_path: Path) -> None:
    """
    Case 9: what is renamed to another producer or run is named, and a failure in it still counts.
    """
    everything(tmp_path)
    path = next(tmp_path.glob("*-drill-*.jsonl"))
    path.rename(path.with_name(path.name.replace("-drill-", "-watch-")))
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert verdict(decision, "drilled") == "UNPROVEN"
    assert "is named otherwise than its content" in reason(decision, "evidence-intact")
    failed = run_of_tests(tmp_path, "failed", at=NOW - 60)
    failed.rename(failed.with_name(f"{failed.stem[:-8]}00000000.jsonl"))
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_evidence_about_another_phase_does_not_count(tmp_path: Path) -> None:
    """
    Case 10: signatures and tests of another phase say nothing, though they name criteria of this one.
    """
    everything(tmp_path, phase="earlier")
    decision = judged(tmp_path, release=RELEASE)
    assert {f.verdict.name for f in decision.findings if f.id != "stage.evidence-intact"} == {"UNPROVEN"}


def test_evidence_of_another_environment_does_not_count(tmp_path: Path) -> None:
    """
    Case 10: what passed on staging does not open production; a note says what was left out.
    """
    everything(tmp_path, **STAGING)
    assert on(plan_on("staging"), tmp_path).outcome is Outcome.GO
    decision = on(plan_on("production"), tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert verdict(decision, "answers") == "UNPROVEN"
    assert "3 runs on staging not counted: decided on production" in decision.findings[0].evidence


def test_each_criterion_takes_the_evidence_of_its_own_environment(tmp_path: Path) -> None:
    """
    Case 15: one decision over both environments, without a waiver that routes.
    """
    run_of_tests(tmp_path, **STAGING)
    everything(tmp_path, **PRODUCTION)
    plan = plan_on("production", answers="staging")
    assert on(plan, tmp_path).outcome is Outcome.GO
    assert on(plan, tmp_path).environment == "production + staging"
    run_of_tests(tmp_path, "failed", at=NOW - 60, **PRODUCTION)
    assert on(plan, tmp_path).outcome is Outcome.GO
    run_of_tests(tmp_path, "failed", at=NOW - 60, **STAGING)
    assert on(plan, tmp_path).outcome is Outcome.NO_GO


def test_evidence_of_two_environments_holds_where_the_plan_names_none(tmp_path: Path) -> None:
    """
    Case 10: all of it must be from one place.
    """
    everything(tmp_path, **STAGING)
    assert judged(tmp_path).outcome is Outcome.GO
    run_of_tests(tmp_path, **PRODUCTION)
    assert reason(judged(tmp_path), "evidence-intact") == (
        "the evidence is from production and staging: the plan names no environment"
    )


def test_evidence_of_two_targets_of_one_environment_holds(tmp_path: Path) -> None:
    """
    Case 10: a friendlier target of the same environment cannot lend its evidence.
    """
    everything(tmp_path, **STAGING)
    run_of_tests(tmp_path, environment="staging", target="friendly")
    decision = on(plan_on("staging"), tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert reason(decision, "evidence-intact") == (
        "the evidence about staging is from several targets: friendly, staging"
    )


def test_a_decision_about_one_target_leaves_out_the_others(tmp_path: Path) -> None:
    """
    Case 10: what is broken on another target of the environment is told beside the decision and decides nothing there.
    """
    everything(tmp_path, **STAGING)
    run_of_tests(tmp_path, "failed", at=NOW - 60, environment="staging", target="other")
    ledger = read_ledger([tmp_path])
    mine = decide(plan_on("staging"), "stage", ledger, NOW, release=RELEASE, target="staging")
    theirs = decide(plan_on("staging"), "stage", ledger, NOW, release=RELEASE, target="other")
    assert (mine.line, mine.target) == ("GO (about staging alone)", "staging")
    assert mine.findings[0].evidence == ("1 run on other not counted: decided about staging",)
    assert (theirs.outcome, theirs.target) == (Outcome.NO_GO, "other")
    assert replayed(plan_on("staging"), mine, ledger)[1] == []


def test_where_no_target_is_named_the_next_step_asks_for_one(tmp_path: Path) -> None:
    """
    Case 10: a journal brought back from a copy would change nothing.
    """
    everything(tmp_path, **STAGING)
    run_of_tests(tmp_path, environment="staging", target="other")
    decision = on(plan_on("staging"), tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert decision.findings[0].next == "say which of them is meant: rollout decide stage --target NAME"


def test_a_target_that_showed_nothing_borrows_nothing(tmp_path: Path) -> None:
    """
    Case 10: what another one passed is told and does not count.
    """
    everything(tmp_path, **STAGING)
    decision = decide(plan_on("staging"), "stage", read_ledger([tmp_path]), NOW, release=RELEASE, target="new")
    assert decision.outcome is Outcome.HOLD
    assert "3 runs on staging not counted: decided about new" in decision.findings[0].evidence


def test_one_journal_of_the_stand_in_makes_no_rehearsal_of_a_real_target(tmp_path: Path) -> None:
    """
    Case 11: a rehearsal on staging holds, whatever the newest journal calls its environment.
    """
    everything(tmp_path, **STAGING)
    with start(tmp_path, "gate", at=NOW, environment="standin"):
        pass
    decision = judged(tmp_path, window_s=3600.0)
    assert decision.outcome is Outcome.HOLD
    assert decision.environment == "staging"
    assert "those of the stand-in do not count" in reason(decision, "evidence-intact")


def test_the_stand_in_plays_every_environment_in_a_rehearsal(tmp_path: Path) -> None:
    """
    Where all is the stand-in's, a criterion on staging and one on production are both rehearsed.
    """
    everything(tmp_path)
    decision = decide(
        plan_on("production", answers="staging"), "stage", read_ledger([tmp_path]), NOW, release=RELEASE, window_s=3600
    )
    assert decision.outcome is Outcome.GO


@pytest.mark.parametrize("years", [1 / 365, 10])
def test_evidence_from_the_future_proves_nothing(tmp_path: Path, years: float) -> None:
    """
    Case 12: a run dated after now never grows stale, so it is not believed; a failure in it is.
    """
    run_of_tests(tmp_path)
    ahead = NOW + years * 365 * 86400
    signatures(tmp_path, "owner", "tester", at=ahead)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert verdict(decision, "signed") == "UNPROVEN"
    assert "is dated after now" in reason(decision, "evidence-intact")


@pytest.mark.parametrize(
    "name",
    [
        "unknown",
        "Unknown",
        " unknown ",
        "ｕnknown",
        " ",
        "None",
        "null",
        "n/a",
        "-",
        "\u200b",
        "latest",
        "Latest",
        "0",
        "0.0.0",
        "no version",
        "dev",
        "HEAD",
    ],
)
def test_a_release_that_nobody_names_holds(tmp_path: Path, name: str) -> None:
    """
    Case 12: evidence of `unknown`, however that is written, may be of any build.
    """
    everything(tmp_path, release=name)
    decision = judged(tmp_path, release=name)
    assert decision.outcome is Outcome.HOLD
    assert reason(decision, "evidence-intact") == "the release is not known: name it with --release"


@pytest.mark.parametrize("other", ["1.2.30", "1.2", "1.2.3+build", "v1.2.3", "1.2.3 "])
def test_releases_are_compared_exactly(tmp_path: Path, other: str) -> None:
    """
    Case 12: 1.2.3 does not pass for 1.2.30.
    """
    everything(tmp_path, release="1.2.3")
    assert judged(tmp_path, release="1.2.3").outcome is Outcome.GO
    assert judged(tmp_path, release=other).outcome is Outcome.HOLD


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    """
    A ledger read in any order gives the same decision.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, "failed", at=NOW - 60)
    slots(tmp_path, [200.0] * 5)
    ledger = read_ledger([tmp_path])
    turned = replace(ledger, runs=tuple(reversed(ledger.runs)))
    one, other = (decide(PLAN, "stage", each, NOW, release=RELEASE) for each in (ledger, turned))
    assert one.findings == other.findings


def test_clocks_may_differ_a_little(tmp_path: Path) -> None:
    """
    Case 12: a run of another machine that is half a minute ahead counts.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, at=NOW + 30)
    assert judged(tmp_path).outcome is Outcome.GO


@pytest.mark.parametrize(
    "elsewhere", [PRODUCTION, {"environment": "staging", "target": "friendly"}], ids=["environment", "target"]
)
def test_a_pass_in_another_place_clears_no_failure(tmp_path: Path, elsewhere: dict[str, Any]) -> None:
    """
    Case 10: each place is judged alone and the worst counts, also where the plan names no environment.
    """
    everything(tmp_path, **STAGING)
    run_of_tests(tmp_path, "failed", at=NOW - 90, **STAGING)
    everything(tmp_path, **elsewhere)
    run_of_tests(tmp_path, at=NOW - 60, **elsewhere)
    decision = judged(tmp_path)
    assert verdict(decision, "answers") == "BROKEN"
    assert decision.outcome is Outcome.NO_GO
    run_of_tests(tmp_path, at=NOW - 30, **STAGING)
    assert judged(tmp_path).outcome is Outcome.HOLD
