"""What a drill found before it changed something stands in its journal, for the one that comes after a killed drill."""

from pathlib import Path

import pytest

from rollout.drill.found_before import EarlierDrills, FoundBefore, earlier_drills
from rollout.drill.outcome import CannotTell
from rollout.evidence import Journal
from rollout.plan import load_plan
from tests.reports.evidence import origin

PLACE = "deployment backend in shop of west"
FOUND = {"template": "6d5f", "replicas": "3"}


def journal(folder: Path) -> Journal:
    """One of a drill."""
    return Journal(folder, origin(load_plan(), "drill", phase="predeploy"))


def test_what_was_put_back_is_not_left(tmp_path: Path) -> None:
    """
    Whatever an earlier drill had found.
    """
    for _ in range(2):
        with journal(tmp_path) as written:
            before = FoundBefore([written])
            before.keep(PLACE, FOUND)
            before.is_put_back(PLACE)
    assert earlier_drills([tmp_path]) == EarlierDrills()


def test_what_was_not_put_back_is_left_to_the_next_drill(tmp_path: Path) -> None:
    """
    Of a drill that ended without having been able to, too; another place has nothing to do with it.
    """
    with journal(tmp_path) as written:
        FoundBefore([written]).keep(PLACE, FOUND)
    next_one = FoundBefore((), earlier_drills([tmp_path, tmp_path / "none"]))
    assert next_one.left_at(PLACE) == FOUND
    assert next_one.left_at("another place") is None


def test_a_damaged_journal_of_a_drill_is_not_passed_over(tmp_path: Path) -> None:
    """
    Nobody knows what it left; a later one that put everything back does.
    """
    with journal(tmp_path) as written:
        FoundBefore([written]).keep(PLACE, FOUND)
    written.path.write_bytes(written.path.read_bytes().replace(b"6d5f", b"0000"))
    earlier = earlier_drills([tmp_path])
    assert earlier == EarlierDrills(damaged=written.path.name)
    with pytest.raises(
        CannotTell, match=r"-drill-.*\.jsonl is damaged, so nobody knows what that drill left here: look"
    ):
        FoundBefore((), earlier).left_at(PLACE)
    with journal(tmp_path) as later:
        FoundBefore([later]).keep(PLACE, FOUND)
        FoundBefore([later]).is_put_back(PLACE)
    assert earlier_drills([tmp_path]) == EarlierDrills()


def test_two_drills_do_not_move_one_place_at_once(tmp_path: Path) -> None:
    """
    The second one leaves it alone.
    """
    with journal(tmp_path) as written:
        FoundBefore([written]).keep(PLACE, FOUND)
        second = FoundBefore((), earlier_drills([tmp_path]))
        with pytest.raises(CannotTell, match=r"^another drill is at work here, .*\.jsonl: wait for it or end it$"):
            second.left_at(PLACE)
