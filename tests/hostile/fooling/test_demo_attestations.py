"""Case 8: what stands in for people in a rehearsal on the stand-in is nobody's word, and counts nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence.records import Attestation
from rollout.judge.verdict import Outcome
from tests.judge.ledgers import NOW, drill, judged, reason, run_of_tests, slots, verdict
from tests.judge.statements import say

WINDOW_S = 60.0
REAL: dict[str, Any] = {"environment": "staging"}


def demo(role: str, **more: Any) -> Attestation:
    """Consent that no person gave."""
    facts = {"by": f"demo {role}", "statement": "demo, nobody said this", "accepted": True, "demo": True, **more}
    return Attestation(criterion="stage.signed", role=role, **facts)


def demos(folder: Path, **origin: Any) -> None:
    """A demo attestation of each role."""
    say(folder, demo("owner"), demo("tester"), **origin)


def measured(folder: Path, **origin: Any) -> None:
    """Evidence that meets each criterion but the signatures."""
    run_of_tests(folder, **origin)
    drill(folder, **origin)
    slots(folder, [3.0] * 121, **origin)


def test_a_rehearsal_on_the_stand_in_reaches_go_and_says_so(tmp_path: Path) -> None:
    """
    What it is for: the line tells how many words were nobody's.
    """
    measured(tmp_path)
    demos(tmp_path)
    decision = judged(tmp_path, window_s=WINDOW_S)
    assert decision.line == "GO (rehearsal, window 60 s, 2 demo attestations)"


@pytest.mark.parametrize("said_of", [REAL, {}], ids=["about staging", "about the stand-in"])
def test_on_a_real_target_a_demo_signs_nothing(tmp_path: Path, said_of: dict[str, str]) -> None:
    """
    Case 8: whatever target it was written for, and with a window or without one.
    """
    measured(tmp_path, **REAL)
    demos(tmp_path, **said_of)
    for window_s in (None, WINDOW_S):
        decision = judged(tmp_path, window_s=window_s)
        assert reason(decision, "signed") == "not signed by: owner, tester"
        assert "demo" not in decision.line


def test_a_demo_alone_is_no_rehearsal_of_a_real_target(tmp_path: Path) -> None:
    """
    Case 8: a journal about staging in which nothing was measured is about a real target too.
    """
    demos(tmp_path, **REAL)
    assert verdict(judged(tmp_path, window_s=WINDOW_S), "signed") == "UNPROVEN"


def test_without_a_window_a_demo_signs_nothing(tmp_path: Path) -> None:
    """
    Case 8: a decision that does not say that it is a rehearsal is none.
    """
    measured(tmp_path)
    demos(tmp_path)
    decision = judged(tmp_path)
    assert (decision.outcome, reason(decision, "signed")) == (Outcome.HOLD, "not signed by: owner, tester")


def test_a_demo_ends_no_refusal(tmp_path: Path) -> None:
    """
    Case 8: only the person in that role does, in a rehearsal as well.
    """
    no = Attestation(criterion="stage.signed", by="Kim", role="owner", statement="umlauts", accepted=False)
    say(tmp_path, no, at=NOW - 300)
    demos(tmp_path)
    decision = judged(tmp_path, window_s=WINDOW_S)
    assert reason(decision, "signed") == "Kim (owner) refused: umlauts"


def test_a_refusal_is_one_under_any_label(tmp_path: Path) -> None:
    """
    Case 8: a no that somebody labels as a demo still refuses, on a real target as well.
    """
    measured(tmp_path, **REAL)
    say(tmp_path, demo("owner", accepted=False, by="Kim"), **REAL)
    assert verdict(judged(tmp_path), "signed") == "BROKEN"
