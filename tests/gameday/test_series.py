"""The figures of a series of rounds are counted from their accounts."""

from benchmarks.gameday import RoundSeries, picture, table
from rollout.gameday.round_account import account_of
from tests.gameday.rounds import AT, NOTHING, alarm, committed, decided, opened

NOTICED = account_of([committed(), alarm(1.5), decided(1.6), opened(rolled_back=AT + 2, lost=3)])
MISSED = account_of([committed(), opened()])
QUIET = account_of([committed(NOTHING), opened(NOTHING)])
UNTOLD = account_of([committed(), alarm(-2), decided(-2), opened(injected=None, trouble="no processor")])
FALSE = account_of([committed(NOTHING), alarm(2), decided(2), opened(NOTHING)])


def test_the_table_counts_what_was_noticed_missed_and_false() -> None:
    """
    A round in which nothing was hidden stands in no row; a false alarm is counted, and so is a wrong opening.
    """
    told = table(RoundSeries((NOTICED, MISSED, QUIET, FALSE, UNTOLD), 1, (0.5, 2.25)), 12)
    assert "| `redis-full` | 2 | 1 | 1.5 | `redis-memory` | 2.0 | 3, 0 |" in told
    assert "6 rounds of 40 s at most with seed 12, load average 0.5 to 2.2" in told
    assert (
        "in 3 something was hidden and 1 times noticed, after 1.5 s in the median and 1.5 s at most; in 2 nothing was."
        in told
    )
    assert told.endswith("False alarms: 1. Rounds of which nobody can tell: 1. Wrong openings: 1.")


def test_the_picture_tells_apart_what_was_not_noticed() -> None:
    """
    One point for each round with a fault.
    """
    drawn = picture(RoundSeries((NOTICED, MISSED, QUIET), 0, (0.5,)))
    assert drawn.startswith("<svg")
    for words in ("redis-full", "noticed", "not noticed"):
        assert words in drawn
