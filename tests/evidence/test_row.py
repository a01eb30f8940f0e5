"""What is counted about one request name in one second."""

import pytest

from rollout.evidence.row import FIXED, Row, columns, columns_fit

ROW = Row(due=9, n=7, err=2, dropped=1, late=3, total_ms=80.04, slow=[4, 1])


def test_nothing_counted_is_nothing() -> None:
    """
    All numbers of an empty row are 0, one for each latency limit.
    """
    assert Row.empty(2).numbers() == [0] * 8
    assert Row().numbers() == [0] * 6


def test_a_row_comes_back_from_the_wire() -> None:
    """
    As the worker sent it; a journal has the time to a tenth of a millisecond.
    """
    assert Row.read(ROW.numbers()) == ROW
    assert ROW.written() == [9, 7, 2, 1, 3, 80.0, 4, 1]
    assert Row(total_ms=80.26).written()[5] == 80.3
    assert repr(Row(total_ms=80.0).written()[5]) == "80"


def test_what_workers_counted_adds_up() -> None:
    """
    Column by column; rows under other limits do not fit.
    """
    total = Row.empty(2)
    total.add(ROW)
    total.add(ROW)
    assert total.numbers() == [2 * number for number in ROW.numbers()]
    with pytest.raises(ValueError, match="shorter"):
        total.add(Row.empty(1))


def test_failed_are_those_that_were_never_answered_too() -> None:
    """
    Of 7 answered 2 failed, one more was never answered: 3 of 8.
    """
    assert (ROW.failed, ROW.total) == (3, 8)


def test_columns_begin_as_every_row() -> None:
    """
    One column for each latency limit follows.
    """
    assert columns((500, 1000)) == (*FIXED, "slow_500_ms", "slow_1000_ms")
    assert columns_fit(columns((500,)))
    assert not columns_fit(columns((500,))[1:])
