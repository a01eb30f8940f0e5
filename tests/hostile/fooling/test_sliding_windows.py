"""Case 24: a window that slides from look to look, so that each look would be a new chance to be certain."""

from pathlib import Path

import pytest

from rollout.evidence import JournalState
from rollout.judge.certainty import Certainty, beginnings, certainty
from rollout.judge.slots import slots_of
from rollout.statistics import EValues
from tests.judge.ledgers import users_slots
from tests.judge.test_users import WHOLE, found, seen
from tests.judge.test_watch_rules import case, dues, rounds

BAD = [seen(failed=100)] * 5


def test_a_window_without_what_was_bad_before_it_makes_nothing_certain(tmp_path: Path) -> None:
    """
    Five of 486 slices failed; that the newest 481 are good is what a system at its limit shows sooner or later.
    """
    users_slots(tmp_path, [*BAD, *[seen()] * WHOLE])
    assert found(tmp_path, "errors").verdict.name != "MET"


def test_one_more_window_of_good_traffic_and_an_hour_get_over_an_outage(tmp_path: Path) -> None:
    """
    The bet began once more after the first window, and makes 80 out of 1 by itself.
    """
    users_slots(tmp_path, [*BAD, *[seen()] * (2 * WHOLE + 120)])
    assert found(tmp_path, "errors").verdict.name == "MET"


def test_a_good_release_is_not_less_certain_for_being_watched_on(tmp_path: Path) -> None:
    """
    Good capital goes on: after five windows it is that of all of them.
    """
    users_slots(tmp_path, [seen()] * (5 * WHOLE))
    errors = found(tmp_path, "errors")
    assert (errors.verdict.name, errors.bound.endswith(", 40 decides")) == ("MET", True)


def test_the_bet_begins_anew_with_each_whole_window_and_with_half_the_alpha() -> None:
    """
    Five minutes under a window of two: from the beginning, from the second minute and from the fourth.
    """
    asked = case(rounds(*range(0, 301, 60)), window_s=120.0)
    every = slots_of(asked)
    assert [dues(since)[0] for since in beginnings(asked, every[-3:])] == [0.0, 120.0, 240.0]
    one_good = certainty(asked, every, 0.01, lambda since: [0.0] if len(since) == 2 else [1.0] * 9)
    assert one_good.alpha == 0.05 / 8


@pytest.mark.parametrize(("second", "begins"), [(119.0, 179.0), (120.0, 120.0)])
def test_the_bet_begins_anew_only_after_all_of_a_window(second: float, begins: float) -> None:
    """
    A second before its end it is not over.
    """
    asked = case(rounds(0, 60, second, 179, 239), window_s=120.0)
    assert [dues(since)[0] for since in beginnings(asked, slots_of(asked)[-2:])][:2] == [0.0, begins]


@pytest.mark.parametrize(("slices", "met"), [(73, False), (74, True)])
def test_a_budget_of_5_percent_is_certain_after_74_good_slices(slices: int, met: bool) -> None:
    """
    Not one earlier, and the surplus says by how much.
    """
    found = Certainty(EValues(0.05).bet([0.0] * slices))
    assert (found.met, found.surplus >= 0, found.slices_to_met()) == (met, met, 74 - slices)


def test_what_was_cut_short_before_the_window_proves_nothing() -> None:
    """
    Good rounds of a journal without an end are no part of the bet.
    """
    asked = case(rounds(0, 60, 120, state=JournalState.TORN), rounds(180, 240, 300, number=2), window_s=120.0)
    assert dues(next(beginnings(asked, slots_of(asked)[-3:]))) == [180.0, 240.0, 300.0]
