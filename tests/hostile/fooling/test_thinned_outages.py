"""Cases 23 and 27: an outage that more samples thin out: a shorter interval afterwards, or more monitors at the same time."""

from pathlib import Path

from tests.judge.ledgers import NOW, slots
from tests.judge.test_burn import finding
from tests.judge.test_metric import found

OUTAGE = [*[1.0] * 60, *[0.0] * 2, *[1.0] * 59]  # an hour of probes every 30 s, of which 99 % must be answered


def test_looking_more_often_after_an_outage_does_not_thin_it_out(tmp_path: Path) -> None:
    """
    Case 23: 2 of 121 probes failed, and of the time they still stand for a minute of an hour when 3 000 good ones follow.
    """
    slots(tmp_path, [1.0] * 121, up=OUTAGE, until=NOW - 330)
    slots(tmp_path, [1.0] * 3000, every=0.1, until=NOW - 30)
    seen = found(tmp_path, "available")
    assert (seen.verdict.name, seen.n > 3000) == ("BROKEN", True)
    assert seen.reason.startswith(f"2 of {seen.n} probes failed, which stand for 60 s of ")


def test_more_monitors_do_not_thin_an_outage_that_one_of_them_saw(tmp_path: Path) -> None:
    """
    Case 23: the time counts once, and is down where one of four says so.
    """
    slots(tmp_path, [1.0] * 121, up=OUTAGE)
    for beside in (3, 6, 9):
        slots(tmp_path, [1.0] * 121, until=NOW - beside)
    assert found(tmp_path, "available").verdict.name == "BROKEN"


def test_a_slice_of_several_monitors_is_as_bad_as_the_worst_of_them_says(tmp_path: Path) -> None:
    """
    Case 24: the bets reckon with the outage of one monitor, whatever the others saw in that half minute.
    """
    slots(tmp_path, [1.0] * 121, up=OUTAGE)
    alone = found(tmp_path, "available", support="required", slice="60s").bound
    for beside in (3, 6, 9):
        slots(tmp_path, [1.0] * 121, until=NOW - beside)
    assert found(tmp_path, "available", support="required", slice="60s").bound.split(",")[1] == alone.split(",")[1]


def test_a_monitor_beside_does_not_hide_that_the_budget_burns(tmp_path: Path) -> None:
    """
    Case 27: failed probes follow each other in the run that took them, though good ones of another run lie between.
    """
    days = 2 * 24 * 60
    slots(tmp_path, [1.0] * days, up=[*[1.0] * (days - 6), *[0.0] * 6], every=60.0)
    alone = finding(tmp_path, "available").reason
    slots(tmp_path, [1.0] * days, every=60.0, until=NOW - 20)
    assert finding(tmp_path, "available").reason.split(":")[1] == alone.split(":")[1]
    assert alone.startswith("burning 17 % of the 48 h budget in 1 h: 300 of 1728 s")
