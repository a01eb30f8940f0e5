"""Levels, availability and windows: what the monitor's slots prove."""

from pathlib import Path

import pytest

from tests.judge.ledgers import judged, reason, slots, verdict


@pytest.mark.parametrize(
    ("queue", "expected"),
    [([99.0] * 120, "MET"), ([3.0] * 119 + [100.0], "BROKEN"), ([500.0, *[3.0] * 120], "MET")],
    ids=["below the limit", "equality is not met", "before the window it does not count"],
)
def test_the_peak_of_the_window_decides(tmp_path: Path, queue: list[float | None], expected: str) -> None:
    """
    One sample at the limit breaks a level, but only inside the window.
    """
    slots(tmp_path, queue)
    assert verdict(judged(tmp_path), "queue") == expected


def test_an_empty_queue_counts_only_if_a_worker_was_there(tmp_path: Path) -> None:
    """
    Zero waiting tasks without any worker is missing evidence.
    """
    slots(tmp_path / "alive", [0.0] * 120)
    slots(tmp_path / "dead", [0.0] * 120, workers=0)
    assert verdict(judged(tmp_path / "alive"), "queue") == "MET"
    assert verdict(judged(tmp_path / "dead"), "queue") == "UNPROVEN"


@pytest.mark.parametrize(
    ("queue", "says"),
    [
        ([*[1.0] * 100, *[None] * 5, *[1.0] * 15], "5 samples in a row are missing: no way in"),
        ([1.0, None] * 4 + [1.0] * 112, None),
        ([1.0, 1.0, None] * 40, "40 of 120 samples are missing: no way in"),
    ],
    ids=["five in a row", "few are forgiven", "too many in all"],
)
def test_a_probe_that_errs_proves_nothing(tmp_path: Path, queue: list[float | None], says: str | None) -> None:
    """
    More than four errors in a row, or more than 5 % of them, leave the level unproven.
    """
    slots(tmp_path, queue)
    decision = judged(tmp_path)
    assert verdict(decision, "queue") == ("UNPROVEN" if says else "MET")
    assert says is None or reason(decision, "queue") == says


def test_a_negative_count_is_no_sample(tmp_path: Path) -> None:
    """
    A value that cannot be is missing, not small.
    """
    slots(tmp_path, [-1.0] * 120)
    assert verdict(judged(tmp_path), "queue") == "UNPROVEN"


def test_a_window_needs_its_whole_length(tmp_path: Path) -> None:
    """
    An hour minus one slot is not an hour.
    """
    slots(tmp_path / "short", [1.0] * 119)
    slots(tmp_path / "whole", [1.0] * 120)
    assert verdict(judged(tmp_path / "short"), "watched") == "UNPROVEN"
    assert reason(judged(tmp_path / "short"), "watched") == "30 s more to watch"
    assert verdict(judged(tmp_path / "whole"), "watched") == "MET"


def test_a_monitor_cut_short_proves_nothing_but_shows_a_break(tmp_path: Path) -> None:
    """
    The slots of a torn journal cannot meet a level, and can break one.
    """
    slots(tmp_path / "good", [1.0] * 120, finish=False)
    slots(tmp_path / "bad", [200.0] * 120, finish=False)
    assert verdict(judged(tmp_path / "good"), "queue") == "UNPROVEN"
    assert verdict(judged(tmp_path / "bad"), "queue") == "BROKEN"


@pytest.mark.parametrize(("failed", "expected"), [(1, "MET"), (2, "BROKEN")], ids=["1 of 120", "2 of 120"])
def test_availability_compares_whole_numbers(tmp_path: Path, failed: int, expected: str) -> None:
    """
    Of 120 probes one may fail under a limit of 99 %, two may not.
    """
    slots(tmp_path, [1.0] * 120, up=[*[0.0] * failed, *[1.0] * (120 - failed)])
    assert verdict(judged(tmp_path), "available") == expected
