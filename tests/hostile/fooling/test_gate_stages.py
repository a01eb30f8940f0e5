"""Case 3: a stage that failed or left nothing is UNPROVEN in the gate's decision, whatever older evidence says."""

from pathlib import Path

import pytest

from rollout.evidence.records import StageFinished
from rollout.judge.verdict import Outcome
from tests.judge.ledgers import NOW, everything, judged, reason, run_of_tests, slots, start


def gate(
    folder: Path,
    exit_code: int,
    journals: dict[str, str],
    worked: bool | None,
    at: float = NOW - 100,
    stage: str = "smoke",
) -> str:
    """A gate with one stage; its run id."""
    with start(folder, "gate", at=at) as journal:
        journal.append(StageFinished(stage=stage, exit=exit_code, seconds=1, journals=journals, worked=worked))
    return journal.run_id


@pytest.mark.parametrize(
    ("exit_code", "worked"), [(4, None), (1, None), (0, False)], ids=["exit 4", "no journal", "it says so itself"]
)
def test_a_stage_that_left_nothing_holds_and_is_named(tmp_path: Path, exit_code: int, worked: bool | None) -> None:
    """
    Case 3: older evidence that meets everything does not stand in for it.
    """
    everything(tmp_path)
    gate(tmp_path, exit_code, {}, worked)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert reason(decision, "stage-smoke") == f"smoke ended with exit code {exit_code} and left no journal"


def test_a_later_run_of_the_same_producer_makes_up_for_it(tmp_path: Path) -> None:
    """
    Case 3, the other way: a whole run by hand after the gate; a child of that gate or a narrowed one is none.
    """
    everything(tmp_path)
    mine = gate(tmp_path, 4, {}, None)
    run_of_tests(tmp_path, at=NOW - 50, parent=mine)
    run_of_tests(tmp_path, at=NOW - 50, narrowed=True)
    assert judged(tmp_path).outcome is Outcome.HOLD
    run_of_tests(tmp_path, at=NOW - 50)
    assert judged(tmp_path).outcome is Outcome.GO


def test_a_newer_gate_elsewhere_or_without_the_stage_hides_nothing(tmp_path: Path) -> None:
    """
    Case 3: neither a gate on another target nor one that left the stage out says anything about it.
    """
    everything(tmp_path)
    gate(tmp_path, 4, {}, None)
    with start(tmp_path, "gate", at=NOW - 80) as narrower:
        narrower.append(StageFinished(stage="load", exit=0, seconds=1, journals={}, worked=True))
    assert reason(judged(tmp_path), "stage-smoke") == "smoke ended with exit code 4 and left no journal"
    with start(tmp_path, "gate", at=NOW - 60, target="other") as elsewhere:
        elsewhere.append(StageFinished(stage="smoke", exit=0, seconds=1, journals={}, worked=True))
    assert reason(judged(tmp_path), "stage-smoke-on-staging").startswith("smoke ended with exit code 4 on staging")


def test_only_the_newest_gate_is_asked(tmp_path: Path) -> None:
    """
    Case 3, the other way: a newer gate whose stages worked replaces it.
    """
    everything(tmp_path)
    gate(tmp_path, 4, {}, None)
    gate(tmp_path, 0, {}, True, at=NOW - 50)
    assert judged(tmp_path).outcome is Outcome.GO


@pytest.mark.parametrize(("looks", "outcome"), [(1, Outcome.HOLD), (120, Outcome.HOLD), (121, Outcome.GO)])
def test_a_look_of_a_moment_does_not_wipe_a_failed_watch(tmp_path: Path, looks: int, outcome: Outcome) -> None:
    """
    Case 3: only a watch with the samples and the window of a proof makes up for a stage of the monitor that failed.
    """
    everything(tmp_path)
    gate(tmp_path, 70, {}, False, at=NOW - 20, stage="watch")
    later = NOW + looks * 30
    slots(tmp_path, [3.0] * looks, until=later)
    assert judged(tmp_path, later).outcome is outcome
