"""Case 18: `max_age` limits proofs and never accusations; a trigger latches until somebody clears it by name."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Clear
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome
from rollout.plan import Limit, Plan
from tests.judge.ledgers import NOW, PLAN, drill, everything, judged, reason, run_of_tests, slots, verdict
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
