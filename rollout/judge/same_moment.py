"""Choose among rounds of samples of the same moment: the worse one counts, so that no record hides another."""

from collections.abc import Callable, Sequence

from rollout.judge.finding import Case
from rollout.judge.sample_round import SampleRound, levels
from rollout.metrics import MetricKind
from rollout.sources.registry import known, metric

GOOD, MISSING, BAD = 0, 1, 2
Badness = tuple[int, float]  # GOOD, MISSING or BAD, and the order within it


def worst(case: Case, rounds: Sequence[SampleRound]) -> SampleRound:
    """The worst round about the case: bad before missing, and a run cut short before a whole one."""
    return max(reversed(rounds), key=lambda each: (badness(case, each), not each.whole))


def is_bad(case: Case, slot: SampleRound) -> bool:
    """Whether a round is BAD for the case."""
    return badness(case, slot)[0] == BAD


def badness(case: Case, slot: SampleRound) -> Badness:
    """How bad a round is for what the case measures."""
    return BADNESS.get(case.criterion.measured.kind, of_level)(case, slot)


def of_level(case: Case, slot: SampleRound) -> Badness:
    """A level: MISSING without a number, BAD beyond the limit; the further on the wrong side, the worse."""
    (number,), limit = levels(case, [slot]), case.criterion.limit
    if number is None:
        return MISSING, 0.0
    return (GOOD if limit is None or limit.holds(number) else BAD), -number if limit and limit.at_least else number


def of_probe(case: Case, slot: SampleRound) -> Badness:
    """A probe: MISSING without a number, BAD if it was not answered."""
    number = slot.numbers.get(case.criterion.measured.sampled)
    return (MISSING, 0.0) if number is None else (BAD if number < 1 else GOOD, -number)


def of_watch(_: Case, slot: SampleRound) -> Badness:
    """A round as a whole: BAD if a service did not answer, MISSING if it has no sample."""
    probes = [slot.numbers.get(each.sampled) for each in known().values() if each.kind is MetricKind.AVAILABILITY]
    if any(number is not None and number < 1 for number in probes):
        return BAD, 0.0
    return (GOOD if slot.accepted else MISSING), 0.0


def of_users(case: Case, slot: SampleRound) -> Badness:
    """Requests of users: BAD by their share of bad ones, or by silence while the probe failed; else fewer are worse."""
    criterion = case.criterion
    counted, limit = slot.requests(criterion.measured.sampled), criterion.limit
    if counted is None:
        return MISSING, 0.0
    if counted.n == 0:
        down = criterion.liveness is not None and slot.numbers.get(metric(criterion.liveness).sampled) == 0
        return (BAD, 1.0) if down else (MISSING, -1.0)
    slow = counted.over.get(f"{limit.value:g}", 0) if limit and criterion.measured.kind is MetricKind.USERS_SLOW else 0
    bad = counted.failed + slow
    return (BAD, bad / counted.n) if bad else (GOOD, -float(counted.n))


BADNESS: dict[MetricKind, Callable[[Case, SampleRound], Badness]] = {
    MetricKind.AVAILABILITY: of_probe,
    MetricKind.COVERAGE: of_watch,
    MetricKind.USERS_FAILED: of_users,
    MetricKind.USERS_SLOW: of_users,
    MetricKind.USERS_SERVED: of_users,
}
