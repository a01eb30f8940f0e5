"""Whether later runs of the monitor make up for one that failed or was cut short: with what the plan asks of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rollout.evidence import Run
from rollout.evidence.records import Slot
from rollout.judge.finding import Case
from rollout.judge.sample_round import SampleRound
from rollout.judge.sampling import values
from rollout.judge.slots import least_of, slots_of, window_of
from rollout.judge.watched_time import long_enough, watched
from rollout.metrics import MetricKind
from rollout.plan import Criterion, EvidenceSource, Phase, Plan

COUNTED_IN_REQUESTS = (MetricKind.USERS_FAILED, MetricKind.USERS_SLOW)


@dataclass(frozen=True)
class DecisionScope:
    """What a decision is about: a *phase* of a *plan*, with windows of *window_s* seconds where it is a rehearsal."""

    plan: Plan
    phase: Phase
    window_s: float | None = None


def watched_again(later: Iterable[Run], instead: Run | None, asked: DecisionScope) -> bool:
    """
    Whether the *later* whole runs together have enough samples to prove everything *asked* of a monitor.

    That is the least number of samples, and the whole window where there is one. Where the exposure step of the
    monitor *instead* is known, only runs at that step count; else every step must be watched.
    """
    step = None if instead is None or instead.started.watch is None else instead.started.watch.step
    runs = [run for run in later if run.started.watch and step in (None, run.started.watch.step)]
    criteria = [each for each in asked_of_monitors(asked, runs) if step is None or each.step in (None, step)]
    now = max((run.newest for run in runs), default=0.0)
    cases = [Case(each, asked.phase, tuple(runs), now, window_s=asked.window_s) for each in criteria]
    return any(map(saw_something, runs)) and all(saw_enough(case, slots_of(case)) for case in cases)


def saw_something(run: Run) -> bool:
    """Whether a monitor had a sample at all."""
    return any(sample.value is not None for slot in run.of(Slot) for sample in slot.samples.values())


def asked_of_monitors(asked: DecisionScope, runs: Sequence[Run]) -> list[Criterion]:
    """The monitored criteria of *asked* where *runs* were made, without those that their target waives."""
    places = {run.started.environment for run in runs}
    measured = [each for place in places for each in asked.plan.measured_on(place, asked.phase.id)]
    waived = {name for run in runs for name in run.started.not_applicable}
    sampled = (each for each in measured if each.source is EvidenceSource.METRIC and not each.advisory)
    return [each for each in sampled if not (each.waivable and f"{asked.phase.id}.{each.id}" in waived)]


def saw_enough(case: Case, rounds: list[SampleRound]) -> bool:
    """Whether *rounds* are as many and as long as a proof of the case needs; their values are judged elsewhere."""
    long = window_of(case) is None or long_enough(case, watched(case, rounds), rounds)
    return bool(rounds) and long and number_seen(case, rounds) >= least_of(case)


def number_seen(case: Case, rounds: list[SampleRound]) -> int:
    """How many samples there are; of a share of users' requests, how many requests they counted."""
    if case.criterion.measured.kind in COUNTED_IN_REQUESTS:
        counted = (slot.requests(case.criterion.measured.sampled) for slot in rounds)
        return sum(each.n for each in counted if each)
    return sum(number is not None for number in values(case, rounds))
