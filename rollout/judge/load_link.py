"""Leave out what workers without a link sent: of those seconds only what the other workers certainly failed at counts."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from math import floor

from rollout.arrays import Counts
from rollout.judge.load_evidence import Attempt
from rollout.statistics.trigger import LOOK_S

CERTAIN = Fraction(1, 2)  # of their even share; who sends how much is a matter of chance


def with_link(attempt: Attempt, bad: Counts, total: Counts) -> tuple[Counts, Counts]:
    """
    *bad* and *total* of all requests in each second, without those of workers whose own link was down.

    No record tells which worker sent a request. Users are shared out evenly, so the workers with a link are taken to
    have sent half of their share, and everything good to be theirs: what is missing they failed at. It is counted by
    slices of the trigger, in the first such second of each.
    """
    told = bad * attempt.telling, total * attempt.telling
    shares = dict(certain_shares(attempt))
    for _, some in groupby(sorted(shares), key=lambda at: at // LOOK_S):
        seconds = list(some)
        sent = floor(sum(shares[at] * int(total[at]) for at in seconds))
        good = int((total - bad)[seconds].sum())
        told[0][seconds[0]], told[1][seconds[0]] = max(0, sent - good), sent
    return told


def certain_shares(attempt: Attempt) -> Iterator[tuple[int, Fraction]]:
    """
    Position → the share of its requests that workers with a link sent at the least, where only some workers had one.

    A worker counts as one with a link if it recorded a reading of itself in that second.
    """
    down = attempt.offline
    lost = set[int]().union(*down.values()) - attempt.starved
    working = attempt.run.readings.by_second(lost) if lost else {}
    users = floor(attempt.facts.users)
    for second, readings in working.items():
        offline = {worker for worker, seconds in down.items() if second in seconds}
        online, workers = len(readings - offline), len(readings | offline)
        at = second - attempt.whole.start
        if online and users and 0 <= at < attempt.whole.planned.size:
            yield at, CERTAIN * online * (users // workers) / users
