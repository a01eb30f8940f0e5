"""One round on the real stand-in: hidden, noticed by the watch, rolled back, opened; and nobody could have known."""

from pathlib import Path

import pytest

from rollout.at_work import users_of
from rollout.embedded import running_state, target_at_hand
from rollout.gameday.candidates import candidates
from rollout.gameday.commitment import Hidden
from rollout.gameday.keeper import standin_switch
from rollout.gameday.play import GamedayRound, Setting
from rollout.gameday.round_account import WATCH
from rollout.gameday.round_plan import round_plan
from rollout.plan import load_plan
from xcodereviewer.suite import SUITE

SECRET = "redis-full"
PHASE = "phase1"  # which judges no response times: those of a busy machine would be noticed first


def texts_below(*folders: Path) -> str:
    """Everything that stands in files below some folders."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)


@pytest.mark.stack
def test_a_round_is_blind_until_it_is_opened(tmp_path: Path) -> None:
    """
    No line, record or log names the fault before; then it is told with who noticed it and when, and nothing is left switched.
    """
    rules, seen, leaked = round_plan(load_plan()), list[str](), list[str]()
    with target_at_hand(SUITE, None) as system:
        state = running_state(SUITE)
        assert state is not None

        def tell(line: str) -> None:
            seen.append(line)
            leaked.extend(
                word for word in (SECRET, "injected") if word in texts_below(tmp_path, Path(state["logs_dir"]))
            )

        setting = Setting(rules, PHASE, system, SUITE.observed_release(system), 30.0, tmp_path)
        game = GamedayRound(setting, len(candidates(rules, PHASE)), tell)
        account = game.play(Hidden(SECRET, 3.0), users_of(SUITE.name), standin_switch(SUITE, state))
        assert Path(state["faults_file"]).read_text(encoding="utf-8") == "{}"
    assert leaked == []
    assert not [line for line in seen if SECRET in line]
    assert (account.opened.lost, account.opened.trouble) == (0, "")
    assert (account.how, account.opened.fault, account.noticed_by) == ("noticed", SECRET, "phase1.redis-memory")
    assert account.decided_by == WATCH
    assert account.noticed_after_s is not None
    assert account.rolled_back_after_s is not None
    assert 0 < account.noticed_after_s <= account.rolled_back_after_s
    assert account.opened.written > 0
