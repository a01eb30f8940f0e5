"""A record that no test dated has the time of the run it stands in, whenever it was made."""

import time

import pytest

from rollout.evidence.records import Canary, Record
from tests.dated import dated

BEGAN = 1_700_000_000.0
MADE = Canary(written=1, verified=1, missing=(), altered=())


@pytest.mark.parametrize("later_s", [0.0, 3600.0], ids=["at once", "an hour after it was collected"])
def test_a_record_of_a_module_is_dated_by_its_run(later_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    However many tests ran before.
    """
    now = time.time() + later_s
    monkeypatch.setattr(time, "time", lambda: now)
    (record,) = dated(BEGAN, [MADE])
    assert record.t == BEGAN


def test_a_record_that_a_test_dated_keeps_its_time() -> None:
    """
    Those after it are not before it.
    """
    dates: list[Record] = [*dated(BEGAN, [Canary(t=BEGAN + 9, written=1, verified=1, missing=(), altered=()), MADE])]
    assert [record.t for record in dates] == [BEGAN + 9, BEGAN + 9]
