"""Case 18: `max_age` limits proofs and never accusations; a trigger latches until somebody clears it by name."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Attestation, Canary, Clear, TestOutcome
from rollout.judge.cleared import after
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome, Verdict
from rollout.plan import Limit, Plan
from tests.judge.ledgers import CHECK, NOW, PLAN, drill, everything, judged, reason, run_of_tests, slots, start, verdict
from tests.judge.loads import START, Load, second
from tests.judge.loads import judged as load_finding
from tests.judge.statements import say

DAY = 86400.0
LONG_AGO = NOW - 2 * DAY
TRIGGERED = PLAN.model_copy(
    update={
        "criteria": tuple(
            item.model_copy(update={"trigger": Limit(op=">", value=500, unit="tasks")}) if item.id == "queue" else item
            for item in PLAN.criteria
        )
    }
)


def under(plan: Plan, folder: Path, now: float = NOW) -> Decision:
    """What is decided from the journals in *folder* under *plan*."""
    return decide(plan, "stage", read_ledger([folder]), now)


def early_slots(folder: Path, queue: list[float | None], **more: Any) -> None:
    """A round of the monitor of two days ago."""
    slots(folder, queue, until=LONG_AGO, **more)


def test_a_failed_check_does_not_grow_too_old_to_accuse(tmp_path: Path) -> None:
    """
    Case 18: a failure of two days ago stands; a pass of two days ago is missing.
    """
    run_of_tests(tmp_path, "failed", at=LONG_AGO)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"
    run_of_tests(tmp_path, "passed", at=LONG_AGO + 60)
    assert reason(judged(tmp_path), "answers").endswith("passed longer ago than it may be")
    run_of_tests(tmp_path)
    assert verdict(judged(tmp_path), "answers") == "MET"


@pytest.mark.parametrize("outcome", ["skipped", "not-applicable", "other-step"])
def test_only_a_pass_clears_a_failure(tmp_path: Path, outcome: Any) -> None:
    """
    Cases 6 and 18: a check that was not carried out is no newer attempt.
    """
    run_of_tests(tmp_path, "failed")
    run_of_tests(tmp_path, outcome)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"


def test_a_failed_drill_does_not_grow_too_old_to_accuse(tmp_path: Path) -> None:
    """
    Case 18: it stands until a newer one passes; that one proves as long as the plan says.
    """
    drill(tmp_path, passed=False, at=LONG_AGO)
    assert verdict(judged(tmp_path), "drilled") == "BROKEN"
    drill(tmp_path, at=LONG_AGO + 60)
    assert reason(judged(tmp_path), "drilled") == "the last drill is older than it may be"


def test_a_broken_level_stands_until_a_window_was_watched_whole(tmp_path: Path) -> None:
    """
    Case 18: one good sample later forgets nothing, a whole window does.
    """
    early_slots(tmp_path, [3.0, 400.0, 3.0])
    assert verdict(judged(tmp_path), "queue") == "BROKEN"
    slots(tmp_path, [3.0])
    assert verdict(judged(tmp_path), "queue") == "BROKEN"
    slots(tmp_path, [3.0] * 121)
    assert verdict(judged(tmp_path), "queue") == "MET"


def test_an_outage_stands_until_a_window_was_watched_whole(tmp_path: Path) -> None:
    """
    Case 18: the same for availability.
    """
    early_slots(tmp_path, [3.0] * 10, up=[0.0] * 10)
    slots(tmp_path, [3.0])
    assert verdict(judged(tmp_path), "available") == "BROKEN"
    slots(tmp_path, [3.0] * 121)
    assert verdict(judged(tmp_path), "available") == "MET"


def test_a_trigger_latches_for_the_release(tmp_path: Path) -> None:
    """
    Case 18: whole new evidence does not outlive it.
    """
    early_slots(tmp_path, [900.0] * 4)
    everything(tmp_path)
    assert under(TRIGGERED, tmp_path).outcome is Outcome.ROLLBACK


def cleared(folder: Path, at: float, **more: Any) -> None:
    """Somebody clears the trigger of the queue."""
    said: dict[str, Any] = {
        "criterion": "stage.queue",
        "by": "Ada",
        "role": "owner",
        "statement": "a probe of ours",
        **more,
    }
    say(folder, Clear(**said), at=at)


def test_a_person_clears_a_trigger_and_stands_in_the_line(tmp_path: Path) -> None:
    """
    Case 18: what came before the clearing is forgotten, what comes after decides.
    """
    early_slots(tmp_path, [900.0] * 4)
    cleared(tmp_path, LONG_AGO + 60)
    assert verdict(under(TRIGGERED, tmp_path), "queue") == "UNPROVEN"
    everything(tmp_path)
    assert under(TRIGGERED, tmp_path).line == "GO (trigger of stage.queue cleared by Ada (owner): a probe of ours)"


def test_a_clearing_does_not_cover_what_happens_later(tmp_path: Path) -> None:
    """
    Case 18: the trigger fires again.
    """
    cleared(tmp_path, LONG_AGO - DAY)
    early_slots(tmp_path, [900.0] * 4)
    everything(tmp_path)
    assert under(TRIGGERED, tmp_path).outcome is Outcome.ROLLBACK


@pytest.mark.parametrize("more", [{"by": " "}, {"statement": ""}, {"criterion": "stage.available"}])
def test_a_clearing_that_is_none_clears_nothing(tmp_path: Path, more: dict[str, str]) -> None:
    """
    Case 18: it needs a name, a reason, and the criterion.
    """
    early_slots(tmp_path, [900.0] * 4)
    everything(tmp_path)
    cleared(tmp_path, LONG_AGO + 60, **more)
    assert under(TRIGGERED, tmp_path).outcome is Outcome.ROLLBACK


def test_a_clearing_covers_no_trigger_of_a_run_that_went_on(tmp_path: Path) -> None:
    """
    Case 18: a watch that began before the clearing and triggered after it calls for a rollback.
    """
    slots(tmp_path, [3.0] * 60 + [900.0] * 4 + [3.0] * 57)
    cleared(tmp_path, NOW - 3600 + 600)
    everything(tmp_path)
    decision = under(TRIGGERED, tmp_path)
    assert decision.outcome is Outcome.ROLLBACK
    assert decision.line.endswith("cleared by Ada (owner): a probe of ours and fired again)")


def test_a_run_that_was_cleared_in_its_middle_proves_with_the_rest(tmp_path: Path) -> None:
    """
    Case 18: what a watch saw before the clearing is forgotten, what it saw later counts, and so does all of it elsewhere.
    """
    slots(tmp_path, [3.0] * 20 + [900.0] * 4 + [3.0] * 121)
    for spoken in (run_of_tests, drill):
        spoken(tmp_path)
    cleared(tmp_path, NOW - 121 * 30.0 - 15)
    decision = under(TRIGGERED, tmp_path)
    assert {name: verdict(decision, name) for name in ("queue", "watched", "available")} == dict.fromkeys(
        ("queue", "watched", "available"), "MET"
    )


def test_lost_writes_that_were_found_after_the_clearing_stand(tmp_path: Path) -> None:
    """
    Case 18: a load that began before it and verified its writes after it.
    """
    lost = Canary(t=START + 70.0, written=9, verified=8, missing=("project-2",), altered=())
    run = Load(canary=lost).run()
    for moment, expected in ((START + 60.0, "TRIGGERED"), (START + 75.0, "UNPROVEN")):
        assert load_finding("kept", *after((run,), moment)).verdict.name == expected


def test_a_load_that_fails_after_the_clearing_triggers(tmp_path: Path) -> None:
    """
    Case 18: its seconds up to the clearing are forgotten, the later ones accuse as before.
    """
    run = Load(seconds=[second(at, err=10 if at >= 20 else 0) for at in range(60)]).run()
    assert load_finding("errors", *after((run,), START + 19.0)).verdict is Verdict.TRIGGERED
    assert load_finding("errors", *after((run,), START + 70.0)).verdict is Verdict.UNPROVEN
    assert after((run,), START - 1.0)[0].seconds is run.seconds


def test_evidence_ages_by_its_own_time(tmp_path: Path) -> None:
    """
    Case 12: a signature that is older than its journal says proves nothing; slots of a long watch count as long as they are young.
    """
    say(tmp_path, *(signature(role, NOW - 3 * DAY) for role in ("owner", "tester")))
    assert reason(judged(tmp_path), "signed") == "not signed by: owner, tester"
    slots(tmp_path, [3.0] * int(1.5 * DAY / 30))
    assert {verdict(judged(tmp_path), name) for name in ("queue", "watched", "available")} == {"MET"}


def test_a_record_of_the_future_makes_its_run_no_proof(tmp_path: Path) -> None:
    """
    Case 12: also where the run itself began in the past.
    """
    everything(tmp_path)
    say(tmp_path, *(signature(role, NOW + 3600) for role in ("owner", "tester")))
    assert "is dated after now" in reason(judged(tmp_path), "evidence-intact")


def signature(role: str, at: float) -> Attestation:
    """What one person said at some moment."""
    return Attestation(t=at, criterion="stage.signed", by=f"Kim {role[::-1]}", role=role, statement="x", accepted=True)


def test_the_newest_outcome_is_that_of_the_latest_moment(tmp_path: Path) -> None:
    """
    Case 9: a check that failed late in a long run is not cleared by a shorter run that began later and passed before.
    """
    failed = TestOutcome(
        t=NOW - 100, node=CHECK, criteria=("stage.answers",), outcome="failed", duration_s=1, message="late"
    )
    with start(tmp_path, "pytest", at=NOW - 900, checks={"stage.answers": [CHECK]}) as journal:
        journal.append(failed)
    run_of_tests(tmp_path, at=NOW - 500)
    assert verdict(judged(tmp_path), "answers") == "BROKEN"
    run_of_tests(tmp_path, at=NOW - 50)
    assert verdict(judged(tmp_path), "answers") == "MET"
