"""Find what the monitor saw about a case: its rounds of samples in order, one for each moment, and the window they belong to."""

from collections.abc import Iterable
from itertools import pairwise
from math import ceil
from operator import itemgetter

from rollout.evidence import Run, records
from rollout.evidence.records import Sample
from rollout.judge.digits import apart
from rollout.judge.finding import Case
from rollout.judge.same_moment import worst
from rollout.judge.sample_round import SampleRound
from rollout.plan import EvidenceSource
from rollout.plan.proving import FEW_LOOKS

WATCH = "watch"  # the producer of slots
LATE_S = 1.0  # a third of the time that a probe waits for its answer


def slots_of(case: Case, runs: Iterable[Run] | None = None) -> list[SampleRound]:
    """
    The slots of *runs*, or of all monitor runs, about the case's exposure step by time; of equal moments the worse.
    """
    many = [run.once(rounds) for run in (case.by(WATCH) if runs is None else runs) if is_about(case, run)]
    every = [seen for each in many for seen in each]
    if all(earlier.due < later.due for earlier, later in pairwise(every)):  # nearly always: one monitor after the other
        return every
    found: dict[float, list[SampleRound]] = {}
    for seen in every:
        found.setdefault(seen.due, []).append(seen)
    return [each[0] if len(each) == 1 else worst(case, each) for _, each in sorted(found.items(), key=itemgetter(0))]


def is_about(case: Case, run: Run) -> bool:
    """Whether a run of the monitor watched the case's exposure step."""
    facts = run.started.watch
    return facts is not None and case.criterion.step in (None, facts.step)


def rounds(run: Run) -> list[SampleRound]:
    """The rounds of samples in a run of the monitor."""
    facts = run.started.watch
    assert facts is not None
    return [SampleRound.of(slot.due, facts.interval_s, shown_by(slot), run) for slot in run.of(records.Slot)]


def shown_by(slot: records.Slot) -> dict[str, Sample]:
    """
    The samples of a slot; errors where the monitor itself was late, since its timeouts are no evidence.

    Counts of users' requests come from the target and stay.
    """
    if slot.late_s is None or slot.late_s <= LATE_S:
        return slot.samples
    missed = Sample(
        error=f"the monitor itself was kept from a processor for {apart(slot.late_s, LATE_S, 1, 'f')} s, limit {LATE_S:g} s"
    )
    return {name: missed if sample.requests is None else sample for name, sample in slot.samples.items()}


def window_of(case: Case) -> float | None:
    """The length of the monitoring window in seconds: the plan's, or the rehearsal's; None if there is none."""
    return case.window_s if case.window_s is not None else planned_window(case)


def planned_window(case: Case) -> float | None:
    """The length of the monitoring window in seconds that the plan asks for; None if it asks for none."""
    steps = [step for step in case.phase.steps if case.criterion.step in (None, step.id)]
    return max((step.monitor for step in steps if step.monitor), default=None)


def least_of(case: Case) -> int:
    """The least number that counts as evidence; in the shorter window of a rehearsal proportionally fewer samples."""
    criterion, planned = case.criterion, planned_window(case)
    if case.window_s is None or planned is None or criterion.source is not EvidenceSource.METRIC:
        return criterion.least
    return min(criterion.least, max(FEW_LOOKS, ceil(criterion.least * case.window_s / planned)))


def journals(slots: Iterable[SampleRound]) -> tuple[str, ...]:
    """The stems of the journals of the slots."""
    return tuple(path.stem for path in dict.fromkeys(slot.run.path for slot in slots))
