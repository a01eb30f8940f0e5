"""The stand-in that a run finds: the one kept by hand, and no other."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rollout import embedded
from rollout.target import TargetError
from rollout.target.settings import STATE_VARIABLE
from xcodereviewer.suite import SUITE


def listed(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Let the stand-ins in *folders* run."""
    entries = json.dumps([{"name": folder.name, "dir": str(folder)} for folder in folders])
    monkeypatch.setattr(
        embedded, "standin", lambda suite, *arguments, check: subprocess.CompletedProcess([], 0, entries, "")
    )
    monkeypatch.delenv(STATE_VARIABLE, raising=False)


def boot(folder: Path, kept: bool) -> dict[str, Any]:
    """A stand-in in *folder*, as it tells of itself."""
    state = {"name": folder.name, "dir": str(folder), "kept": kept}
    folder.mkdir()
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    return state


@pytest.mark.parametrize("kept", [True, False])
def test_only_a_stand_in_kept_by_hand_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: bool) -> None:
    """
    Others at work, and one that has not come up yet, do not matter.
    """
    mine, other = tmp_path / "mine", tmp_path / "other"
    state = boot(mine, kept)
    boot(other, kept=False)
    listed(monkeypatch, mine, other, tmp_path / "starting")
    assert embedded.running_state(SUITE) == (state if kept else None)


def test_several_that_are_kept_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    Nobody guesses which of them is meant, and none of them is passed over in silence.
    """
    one, two = tmp_path / "one", tmp_path / "two"
    boot(one, kept=True)
    boot(two, kept=True)
    listed(monkeypatch, one, two)
    with pytest.raises(TargetError, match=f"several stand-ins are kept: one in {one}, two in {two}; end all but one"):
        embedded.running_state(SUITE)


DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{}', flush=True); signal.pause()"


def test_a_stand_in_that_does_not_end_in_time_takes_no_decision_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 34: a gate on a machine that is too busy ended with a traceback and without a decision, though all its evidence was there.
    """
    monkeypatch.setattr(embedded, "command", lambda *_: [sys.executable, "-c", DEAF])
    monkeypatch.setattr(embedded, "END_S", 0.01)
    with embedded.booted(SUITE, os.getpid()) as state:
        assert state == {}
