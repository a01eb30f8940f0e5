"""The stand-in that a run finds: the one kept by hand, and no other."""

import json
import subprocess
from pathlib import Path

import pytest

from rollout import embedded
from rollout.target.settings import STATE_VARIABLE
from xcodereviewer.suite import SUITE


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("exit_code", [0, 1], ids=["whole", "with a dead service"])
def test_only_a_stand_in_kept_by_hand_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: bool, exit_code: int
) -> None:
    """
    Its status names its folder only; whether it is kept stands in the state it wrote there.
    """
    state = {"dir": str(tmp_path), "kept": kept}
    (tmp_path / "state.json").write_text(json.dumps(state), encoding="utf-8")
    status = subprocess.CompletedProcess([], exit_code, json.dumps({"dir": str(tmp_path), "alive": {}}), "")
    monkeypatch.setattr(embedded, "standin", lambda suite, *arguments, check: status)
    monkeypatch.delenv(STATE_VARIABLE, raising=False)
    assert embedded.running_state(SUITE) == (state if kept else None)
