"""Users' own traffic in time slices: what was counted, and what of it is bad at the most and at the least."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rollout.evidence.records import Requests
from rollout.judge.finding import Case
from rollout.judge.sample_round import SampleRound
from rollout.judge.share_budget import ShareBudget, of_good, share_of
from rollout.judge.slots import slots_of
from rollout.judge.time_slices import slice_of, time_slices
from rollout.metrics import MetricKind
from rollout.metrics.builtin import slow_share
from rollout.sources.registry import metric

HOUR_S = 3600.0


class SlotCounts(NamedTuple):
    """What one slot counted: when, the requests, whether the probe failed then, and the monitor."""

    at: float
    requests: Requests
    down: bool
    run: Path


@dataclass(frozen=True)
class Slice:
    """
    The requests of one time slice that ended *at* a moment: *n* in all, *failed*, and *slow*, which may have failed.

    A slice without requests is silence while requests were expected. With *down* the probe failed in it too. *place*
    counts slices of time since the first moment counted.
    """

    at: float
    place: int
    n: int
    failed: int
    slow: int
    down: bool

    @property
    def silent(self) -> bool:
        """Whether requests were expected and none was counted."""
        return self.n == 0


@dataclass(frozen=True)
class Share:
    """
    How much of *total* is bad in a slice: at the *most*, for proving a budget, and at the *least*, for breaking it.
    """

    most: int
    least: int
    total: int


def slices(case: Case, slots: list[SampleRound], length_s: float) -> list[Slice]:
    """
    The slices of *slots* with requests, or with requests expected, by time; slices without any count are left out.

    Several monitors that counted in a slice saw the same users: the worst of their counts is used. Requests are
    expected when the hour before the slice had one, whether that hour belongs to *slots* or not.
    """
    limit = case.criterion.limit
    edge = f"{limit.value:g}" if limit and case.criterion.measured.kind is MetricKind.USERS_SLOW else ""
    kind, some = case.criterion.measured.kind, list(counted(case, slots))
    found = []
    for group in due(case, slots, some, length_s):
        place = slice_of(group[0].at - some[0].at, length_s)
        found.append(max((sliced(each, edge, place) for each in by_run(group)), key=lambda each: badness(kind, each)))
    return found


def by_run(group: Iterable[SlotCounts]) -> Iterable[list[SlotCounts]]:
    """What each monitor counted."""
    found: dict[Path, list[SlotCounts]] = {}
    for each in group:
        found.setdefault(each.run, []).append(each)
    return found.values()


def badness(kind: MetricKind, each: Slice) -> tuple[float, bool, int]:
    """
    The order of a slice among those of other monitors: by its share of bad, then silence last, then fewer requests.
    """
    if each.silent:
        return float(each.down), False, 0
    found = share(kind, each)
    return found.most / found.total, True, -each.n


def due(case: Case, slots: list[SampleRound], some: list[SlotCounts], length_s: float) -> Iterator[list[SlotCounts]]:
    """The counts of each slice that had requests, or whose first count was an hour after the last request or less."""
    last = newest_request(counted(case, before(case, slots)))
    for group in time_slices(some, lambda each: each.at, length_s):
        came = newest_request(group)
        if came is not None or (last is not None and group[0].at - last <= HOUR_S):
            yield group
        last = last if came is None else came


def length_of(case: Case, slots: list[SampleRound]) -> float:
    """The seconds of a slice: the plan's, else the longest interval that a monitor kept."""
    return case.criterion.slice or max((slot.interval_s for slot in slots), default=1.0)


def counted(case: Case, slots: Iterable[SampleRound]) -> Iterator[SlotCounts]:
    """The moment, the counts and whether the probe failed, of each slot that counted users."""
    name = case.criterion.measured.sampled
    probe = metric(case.criterion.liveness).sampled if case.criterion.liveness else ""
    for slot in slots:
        if (found := slot.requests(name)) is not None:
            yield SlotCounts(slot.due, found, slot.numbers.get(probe) == 0, slot.run.path)


def before(case: Case, slots: list[SampleRound]) -> list[SampleRound]:
    """The slots of the hour before the first of *slots*."""
    first = slots[0].due if slots else 0.0
    return [slot for slot in slots_of(case) if first - HOUR_S <= slot.due < first]


def newest_request(some: Iterable[SlotCounts]) -> float | None:
    """When requests were counted last; None if never."""
    return max((each.at for each in some if each.requests.n), default=None)


def sliced(group: list[SlotCounts], edge: str, place: int) -> Slice:
    """The sum of some slots."""
    counts = [each.requests for each in group]
    return Slice(
        at=group[-1].at,
        place=place,
        n=sum(each.n for each in counts),
        failed=sum(each.failed for each in counts),
        slow=sum(each.over.get(edge, 0) for each in counts),
        down=any(each.down for each in group),
    )


def uncounted(case: Case, slots: list[SampleRound]) -> str:
    """Why slow requests cannot be counted: the limit is no bucket edge of the source; empty if they can."""
    limit, name = case.criterion.limit, case.criterion.measured.sampled
    if limit is None or case.criterion.measured.kind is not MetricKind.USERS_SLOW:
        return ""
    for counted in filter(None, (slot.requests(name) for slot in slots)):
        if counted.n and f"{limit.value:g}" not in counted.over:
            edges = ", ".join(sorted(counted.over, key=float)) or "nothing"
            return f"the source counts slower requests at {edges} ms, not at {limit.value:g} ms: give its histogram that bucket"
    return ""


def budget_of(case: Case) -> ShareBudget:
    """What share may be bad: failed requests, slow ones, or slices in which no user was served."""
    limit, measured = case.criterion.limit, case.criterion.measured
    assert limit is not None
    if measured.kind is MetricKind.USERS_FAILED:
        return ShareBudget(share_of(limit.value), limit.op == "<")
    if measured.kind is MetricKind.USERS_SLOW:
        return ShareBudget(slow_share(measured.name), True)
    return of_good(limit)


def share(kind: MetricKind, each: Slice) -> Share:
    """
    How much of a slice is bad; for users served it is the slice itself, if no request in it succeeded.

    A silent slice is bad at the most; it is bad at the least only if the probe failed in it too.
    """
    if kind is MetricKind.USERS_SERVED:
        down = each.failed == each.n and (each.down or not each.silent)
        return Share(int(each.failed == each.n), int(down), 1)
    if kind is MetricKind.USERS_SLOW:
        return Share(min(each.n, each.failed + each.slow), max(each.failed, each.slow), each.n)
    return Share(each.failed, each.failed, each.n)


def bets(kind: MetricKind, some: list[Slice]) -> tuple[list[float], list[float]]:
    """
    The share of bad in each slice: for the bet that the budget is kept, and for the bet that it is broken.

    Silence is all bad for the first. For the second it counts only where the probe failed too: there may be no users.
    """
    kept, broken = [], []
    for each in some:
        found = share(kind, each)
        kept.append(found.most / found.total if found.total else 1.0)
        if not each.silent or each.down:
            broken.append(found.least / found.total if found.total else 1.0)
    return kept, broken
