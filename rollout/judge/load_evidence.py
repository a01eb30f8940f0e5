"""A load run as arrays of consecutive seconds, and what is contradictory in them."""

from collections.abc import Set
from dataclasses import dataclass, field, replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from rollout.arrays import Counts, Floats, Matrix
from rollout.evidence import JournalState, Run
from rollout.evidence.records import LoadFacts, LoadOffline, LoadScenarios, LoadWindow
from rollout.evidence.row import FIXED, limit_of, slow_column
from rollout.judge.load_link import Offline, offline_part
from rollout.judge.load_refused import refusals
from rollout.judge.starved import STARVED_PERCENT, WAITED

ALL = "all"
SETTLED_S = 12  # after that long a request was answered or failed, unless its generator died


@dataclass(frozen=True)
class Tally:
    """
    Counters of the seconds from *start* on, for one request name or all of them.

    Each array has one entry, *rows* one row, for each second; *columns* names the numbers of a row. *odd* says in
    words what is impossible in the counters, empty if nothing is; the seconds *left_out* contradict themselves, and
    nothing is counted of them. *refused* counts requests that got a 429, without any entry if none did: they are
    neither attempted nor failed.
    """

    start: int
    planned: Counts
    sent: Counts
    rows: Matrix
    columns: tuple[str, ...]
    odd: str = ""
    left_out: frozenset[int] = frozenset()
    refused: Counts = field(default_factory=lambda: np.zeros(0, np.int64))

    def column(self, name: str) -> Counts:
        """One column as counts."""
        return self.rows[:, self.columns.index(name)].astype(np.int64)

    @property
    def total_ms(self) -> Floats:
        """The summed time of all answers in each second, in ms."""
        return self.rows[:, self.columns.index("total_ms")]

    @property
    def dropped(self) -> Counts:
        """Requests that their generator saw end without an answer."""
        return self.column("dropped")

    @property
    def unsettled(self) -> Counts:
        """Requests that were due and have no outcome in the journal: it is unknown whether they were sent."""
        return self.column("due") - self.column("n") - self.dropped

    @property
    def held_off(self) -> Counts:
        """Requests that the rate limiter refused, which says nothing about what they asked for."""
        return self.refused if self.refused.size else np.zeros_like(self.planned)

    @property
    def total(self) -> Counts:
        """Requests attempted, those that were due and never sent included, but for those held off."""
        return self.column("n") + self.dropped - self.held_off

    @property
    def failed(self) -> Counts:
        """Requests that failed or were never answered, but for those held off."""
        return self.column("err") + self.dropped - self.held_off

    def slow(self, limit_ms: float) -> Counts:
        """Requests that took *limit_ms* or more, failed ones included; without any second there is no such column."""
        return self.failed + self.column(slow_column(limit_ms)) if self.planned.size else self.failed

    def without(self, seconds: frozenset[int], odd: str = "") -> "Tally":
        """The same seconds, with nothing counted in those of *seconds*; *odd* says why."""
        if not seconds:
            return self
        rows, refused = self.rows.copy(), self.refused.copy()
        at = [second - self.start for second in seconds]
        rows[at] = 0
        refused[at if refused.size else []] = 0
        left_out = self.left_out | seconds
        return replace(self, rows=rows, refused=refused, odd=self.odd or odd, left_out=left_out)

    def between(self, first: int, last: int | None) -> "Tally":
        """The seconds from *first* to *last*, both included."""
        begin = max(0, first - self.start)
        end = self.planned.size if last is None else max(begin, last + 1 - self.start)
        part = slice(begin, end)
        counts = self.planned[part], self.sent[part], self.rows[part]
        return Tally(self.start + begin, *counts, self.columns, refused=self.refused[part])


@dataclass(frozen=True)
class Attempt:
    """
    One load run: *whole* is everything it counted, *window* the measured part of it.

    *reached* is what may fire a trigger: nothing that a worker sent while its own link was down, and nothing of seconds
    in which the target got no processor.
    """

    run: Run
    facts: LoadFacts
    whole: Tally
    window: Tally
    reached: Tally
    opened: bool

    @property
    def complete(self) -> bool:
        return self.run.state is JournalState.COMPLETE

    @property
    def offline(self) -> dict[str, set[int]]:
        """Worker → the seconds in which its own link was down."""
        found: dict[str, set[int]] = {}
        for record in self.run.of(LoadOffline):
            found.setdefault(record.worker, set()).add(record.second)
        return found

    @property
    def starved(self) -> set[int]:
        """The seconds in which a target on the generator's machine got no processor."""
        return starved_seconds(self.run)

    @property
    def silent(self) -> frozenset[int]:
        """The seconds of *whole* in which some worker had no link or the target got no processor."""
        first = self.whole.start
        return frozenset(
            self.starved.union(*self.offline.values()).intersection(range(first, first + self.whole.planned.size))
        )


NONE = np.zeros(0, np.int64)
NOTHING = Tally(0, NONE, NONE, np.zeros((0, len(FIXED))), FIXED)
NO_FACTS = LoadFacts(users=1, actions_per_minute=1, slice_s=1, least_requests=1, hold_s=None)


def nothing(run: Run) -> Attempt:
    """An attempt without counts, for a run that says nothing about the requests in question."""
    return Attempt(run, NO_FACTS, NOTHING, NOTHING, NOTHING, opened=False)


def attempt(run: Run, name: str = ALL) -> Attempt:
    """
    The run as arrays, counting the requests called *name* or of that scenario.

    A second whose counters contradict themselves, over all requests or over those, is left out.
    """
    facts = run.started.load or NO_FACTS
    members = None if name == ALL else {name, *(each for each, kind in scenarios_of(run).items() if kind == name)}
    whole = tally(run, members)
    if members is not None:
        every = run.once(attempt).whole
        whole = replace(whole.without(every.left_out), odd=whole.odd or every.odd)
    reached = reached_of(run, whole, members)
    window = next(run.of(LoadWindow), None)
    if window is None:
        return Attempt(run, facts, whole, whole.between(0, -1), reached, opened=False)
    return Attempt(run, facts, whole, whole.between(window.first, window.last), reached, opened=True)


def reached_of(run: Run, whole: Tally, members: Set[str] | None) -> Tally:
    """*whole*, which counts the names *members*, without what says nothing about the target."""
    offline = run.once(offline_part)
    mute = (offline.untold | starved_seconds(run)).intersection(range(whole.start, whole.start + whole.planned.size))
    if not offline.rows and not mute:
        return whole  # nearly always: no copy is made
    rows = whole.rows.copy()
    for second, row in offline.part(members).items():
        if second not in whole.left_out:
            rows[second - whole.start] -= row
    refused = refused_of_others(run, whole, offline, members) if whole.refused.size else whole.refused
    return replace(whole, rows=rows, refused=refused).without(frozenset(mute))


def refused_of_others(run: Run, whole: Tally, offline: Offline, members: Set[str] | None) -> Counts:
    """The refusals of *whole* without those of workers without a link: of each name, no more than others failed at."""
    found, err = np.zeros_like(whole.refused), FIXED.index("err")
    for name, counts in run.once(refusals)[0].items():
        if members is None or name in members:
            failed = run.seconds.sums({name}).rows[:, err].astype(np.int64)
            for second, row in offline.part({name}).items():
                failed[second - whole.start] -= row[err]
            found += np.minimum(counts, failed)
    return np.minimum(found, whole.refused)


def reached_by(run: Run, name: str) -> Tally:
    """What is counted of the requests of one name alone, without what says nothing about the target."""
    left_out = run.once(attempt).whole.left_out
    return reached_of(run, tally(run, {name}).without(left_out), {name})


def starved_seconds(run: Run) -> set[int]:
    """The seconds in which a target on the generator's machine got no processor."""
    return run.readings.seconds((WAITED,), STARVED_PERCENT)


def scenarios_of(run: Run) -> dict[str, str]:
    """Request name → its scenario, as far as the run recorded it."""
    told: dict[str, str] = {}
    for record in run.of(LoadScenarios):
        told |= record.names
    return told


def tally(run: Run, members: set[str] | None = None) -> Tally:
    """What the run counted in each second, of the names *members* or of all; seconds without requests included."""
    columns = run.started.columns or FIXED
    sums = run.seconds.sums(members)
    if not sums.planned.size:
        return replace(NOTHING, columns=columns, rows=np.zeros((0, len(columns))))
    refused, too_many = run.once(refusals)
    mine = [counts for name, counts in refused.items() if members is None or name in members]
    odd = sums.odd or too_many
    some = np.sum(mine, axis=0) if mine else NONE
    found = Tally(sums.start, sums.planned, sums.sent, sums.rows, columns, odd=odd, refused=some)
    contradictory, why = contradictions(found)
    return found.without(frozenset((found.start + np.flatnonzero(contradictory)).tolist()), why)


def contradictions(found: Tally) -> tuple[npt.NDArray[np.bool_], str]:
    """
    Which seconds contradict themselves, and the first reason in words, empty if none does.

    A sum is negative there, or a part larger than its whole.
    """
    slow = found.rows[:, len(FIXED) :]
    limits = [limit_of(name) for name in found.columns[len(FIXED) :]]
    longer = slow[:, sorted((at for at, limit in enumerate(limits) if isfinite(limit)), key=limits.__getitem__)]
    due, n, err, dropped = (found.column(name) for name in ("due", "n", "err", "dropped"))
    kinds = {
        "a sum is negative": (found.rows < 0).any(axis=1),
        "more failed or slow requests than requests": (n < err) | (slow > (n - err)[:, None]).any(axis=1),
        "more requests beyond a latency limit than beyond a lower one": (np.diff(longer, axis=1) > 0).any(axis=1),
        "more answers than requests that were due": due < n + dropped,
    }
    why = next((words for words, seconds in kinds.items() if seconds.any()), "")
    return np.logical_or.reduce(list(kinds.values())), why
