"""Cases 24 and 25: users whom several monitors count, whom a monitor sees seldom, and who are too few for ten requests in a slice."""

from pathlib import Path

import pytest

from rollout.evidence.records import Requests
from tests.judge.ledgers import NOW, users_slots
from tests.judge.test_users import WHOLE, found, seen, with_trigger

BUSY = seen(failed=150, n=5000)


def test_more_monitors_do_not_thin_what_users_suffered(tmp_path: Path) -> None:
    """
    Case 24: 1.5 % of 30 000 requests failed; three monitors beside the first count the same good users, and no others.
    """
    users_slots(tmp_path, [*[seen()] * 100, *[BUSY] * 6, *[seen()] * (WHOLE - 106)])
    alone = found(tmp_path, "errors")
    for beside in (3, 6, 9):
        users_slots(tmp_path, [seen()] * (WHOLE - 106), until=NOW - beside)
    beside_it = found(tmp_path, "errors")
    assert (alone.verdict.name, alone.n) == ("BROKEN", 77_500)
    assert (beside_it.verdict.name, beside_it.n, beside_it.value) == ("BROKEN", alone.n, alone.value)


def test_of_several_monitors_the_one_that_saw_users_fail_counts(tmp_path: Path) -> None:
    """
    Case 25: a monitor that saw every request fail for two minutes is not outvoted by one that saw none fail.
    """
    users_slots(tmp_path, [*[seen()] * 100, *[seen(failed=100)] * 4, *[seen()] * 100])
    users_slots(tmp_path, [seen(n=2000)] * 204, until=NOW - 3)
    assert with_trigger(tmp_path).verdict.name == "TRIGGERED"


@pytest.mark.parametrize("every", [10.0, 25.0, 30.0, 35.0, 45.0, 50.0, 60.0])
def test_a_monitor_that_looks_seldom_still_fires_the_trigger(tmp_path: Path, every: float) -> None:
    """
    Case 25: a slice of the trigger is at least the interval of the samples, or every other slice would be empty.
    """
    users_slots(tmp_path, [*[seen()] * 100, *[seen(failed=100)] * 12], every=every)
    assert with_trigger(tmp_path).verdict.name == "TRIGGERED"


def test_a_seldom_look_somewhere_hides_no_trigger(tmp_path: Path) -> None:
    """
    Case 25: a minute and a half of failed requests fires in slices of 30 s, though another run looked once in 60 s.
    """
    users_slots(tmp_path, [*[seen()] * 100, *[seen(failed=100)] * 3, *[seen()] * 100])
    users_slots(tmp_path, [seen()], every=60.0, until=NOW + 30)
    assert with_trigger(tmp_path).verdict.name == "TRIGGERED"


@pytest.mark.parametrize(
    ("few", "probe", "fires"),
    [
        pytest.param(seen(n=4, failed=4), 0.0, True, id="nothing is answered"),
        pytest.param(seen(n=4, failed=4), 1.0, False, id="the probe is answered"),
        pytest.param(seen(n=4, failed=3), 0.0, False, id="a user is answered"),
    ],
)
def test_a_system_that_answers_nothing_needs_no_ten_requests(
    tmp_path: Path, few: Requests, probe: float, fires: bool
) -> None:
    """
    Case 25: four users in a slice, all failed, and the probe too: the counts came in, so the monitor was online.
    """
    users_slots(tmp_path, [*[seen(n=4)] * 100, *[few] * 3], [*[1.0] * 100, *[probe] * 3])
    assert (with_trigger(tmp_path).verdict.name == "TRIGGERED") is fires
