"""The account of a round comes from its journal alone: noticed after, by what, decided after, by whom; and false alarms."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import Record
from rollout.gameday.commitment import WrongOpening
from rollout.gameday.round_account import WATCH, account_in, account_of
from tests.gameday.rounds import AT, BEGAN, HIDDEN, NOTHING, alarm, committed, decided, journal_of, opened

Round = list[Record]


def test_seconds_count_from_the_moment_at_which_the_fault_began() -> None:
    """
    To the criterion that broke first, to the decision, and to the last user who left.
    """
    late = alarm(3.25, "phase3.availability")
    found = account_of([committed(), alarm(1.5), late, decided(1.75), opened(rolled_back=AT + 4)])
    assert (found.how, found.noticed_by, found.noticed_after_s) == ("noticed", "phase3.redis-memory", 1.5)
    assert (found.decided_by, found.decided_after_s, found.rolled_back_after_s) == (WATCH, 1.75, 4.0)
    assert found.false_alarms == ()
    assert found.went_well


def test_a_person_may_notice_before_the_watch() -> None:
    """
    Who decides before a criterion broke noticed it; after one broke they acted on it.
    """
    first = account_of([committed(by="Kim"), decided(2, "Kim"), opened(rolled_back=AT + 3)])
    assert (first.noticed_by, first.noticed_after_s, first.decided_by) == ("Kim", 2.0, "Kim")
    second = account_of([committed(by="Kim"), alarm(1), decided(2, "Kim"), opened(rolled_back=AT + 3)])
    assert (second.noticed_by, second.decided_by, second.decided_after_s) == ("phase3.redis-memory", "Kim", 2.0)


@pytest.mark.parametrize(
    ("records", "how", "well"),
    [
        pytest.param([committed(NOTHING), opened(NOTHING)], "quiet", True, id="nothing was hidden, nobody stirred"),
        pytest.param(
            [committed(NOTHING), alarm(2), decided(2), opened(NOTHING)], "false alarm", False, id="nothing was hidden"
        ),
        pytest.param(
            [committed(), alarm(-2), decided(-2), opened(injected=None)], "false alarm", False, id="before it began"
        ),
        pytest.param([committed(NOTHING), alarm(2), opened(NOTHING)], "false alarm", False, id="nobody acted on it"),
        pytest.param([committed(), opened()], "not noticed", False, id="a fault that nobody saw"),
        pytest.param([committed(by="Kim"), alarm(2), opened()], "not decided", False, id="a person who hesitates"),
        pytest.param(
            [committed(), alarm(2), decided(2), opened(not_rolled_back="no answer")],
            "noticed",
            False,
            id="the switch did not help",
        ),
        pytest.param(
            [committed(), alarm(2), decided(2), opened(trouble="the supervisor does not answer")],
            "could not tell",
            False,
            id="the fault could not be switched on",
        ),
    ],
)
def test_each_way_a_round_can_end_has_its_word(records: Round, how: str, well: bool) -> None:
    """
    Only noticing what was there, and quiet where nothing was, count as well done.
    """
    found = account_of(records)
    assert (found.how, found.went_well) == (how, well)


def test_an_alarm_before_the_fault_is_false_even_if_the_fault_is_noticed_later() -> None:
    """
    It is told apart, and does not count as noticing.
    """
    early = alarm(-1, "phase3.availability")
    found = account_of([committed(by="Kim"), early, alarm(3), decided(4, "Kim"), opened(rolled_back=AT + 5)])
    assert found.false_alarms == ("phase3.availability",)
    assert (found.how, found.noticed_after_s) == ("noticed", 3.0)


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        pytest.param([committed(), opened(NOTHING)], "does not fit the commitment", id="another thing is opened"),
        pytest.param([opened()], "0 records gameday-committed", id="no commitment"),
        pytest.param([committed()], "0 records gameday-opened", id="no opening"),
        pytest.param([committed(), committed(NOTHING), opened()], "2 records gameday-committed", id="two commitments"),
        pytest.param([committed(), opened(), opened()], "2 records gameday-opened", id="two openings"),
        pytest.param([opened(), committed()], "written after the opening", id="committed to afterwards"),
    ],
)
def test_a_wrong_opening_is_refused(records: Round, reason: str) -> None:
    """
    Whatever it would tell.
    """
    with pytest.raises(WrongOpening, match=reason):
        account_of(records)


def test_a_round_is_believed_only_from_a_whole_journal(tmp_path: Path) -> None:
    """
    One changed letter, or a missing end, and nothing of it counts.
    """
    whole = journal_of(tmp_path / "whole", [committed(), alarm(1), decided(1), opened(rolled_back=AT + 2)])
    assert account_in(whole).noticed_after_s == 1.0
    changed = tmp_path / "changed.jsonl"
    changed.write_text(whole.read_text(encoding="utf-8").replace("redis-full", "redis-fuel"), encoding="utf-8")
    with pytest.raises(WrongOpening, match=r"changed\.jsonl"):
        account_in(changed)
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(whole.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(WrongOpening, match=r"cut\.jsonl"):
        account_in(cut)


def test_the_account_says_what_was_lost() -> None:
    """
    As it was opened; None where nobody could look.
    """
    more: dict[str, Any] = {"lost": None, "written": 9, "failed": 3}
    assert account_of([committed(), opened(**more)]).opened.lost is None
    assert account_of([committed(), opened(lost=2)]).opened.lost == 2
    assert HIDDEN.after_s == opened().after_s
    assert committed().t == BEGAN
