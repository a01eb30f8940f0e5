"""Read what the monitor saw: slots in order, each with its samples, errors and gaps."""

from collections.abc import Iterable
from math import isfinite
from typing import NamedTuple

from rollout.evidence import Run, State, records
from rollout.evidence.records import Requests, Sample
from rollout.judge.finding import Case

WATCH = "watch"  # the producer of slots


class SampleRound(NamedTuple):
    """One round of samples, read back from a slot: *due* in seconds since the epoch, *samples* by name, whether its run was *whole*."""

    due: float
    interval_s: float
    samples: dict[str, Sample]
    run: Run

    @property
    def whole(self) -> bool:
        return self.run.state is State.COMPLETE

    @property
    def accepted(self) -> bool:
        """Whether the monitor itself worked: a slot without any sample is none."""
        return any(sample.value is not None for sample in self.samples.values())

    @property
    def counts(self) -> bool:
        """Whether the slot is watched time: something was seen, and its run has its end."""
        return self.accepted and self.whole

    def value(self, name: str) -> float | None:
        """The number of a sample; None if it is missing, an error, or not a finite number of at least zero."""
        sample = self.samples.get(name)
        number = sample.value if sample else None
        return None if number is None or not isfinite(number) or number < 0 else number

    def requests(self, name: str) -> Requests | None:
        """The users' requests that a sample counted; None if there are none, or if a part is larger than the whole."""
        sample = self.samples.get(name)
        counted = sample.requests if sample else None
        fits = counted is not None and max((counted.failed, *counted.over.values())) <= counted.n
        return counted if fits else None

    def text(self, name: str) -> str:
        """What the sample says beside its number, or why there is none."""
        sample = self.samples.get(name)
        return (sample.text or sample.error if sample else "") or "not sampled"


def slots_of(case: Case, runs: Iterable[Run] | None = None) -> list[SampleRound]:
    """The slots of *runs*, or of all ages, about the case's exposure step, by time; the same slot seen twice is one."""
    found: dict[float, SampleRound] = {}
    for run in case.by(WATCH) if runs is None else runs:
        facts = run.started.watch
        if facts is None or case.criterion.step not in (None, facts.step):
            continue
        for record in run.of(records.Slot):
            found[record.due] = SampleRound(record.due, facts.interval_s, record.samples, run)
    return [found[due] for due in sorted(found)]


def window_of(case: Case) -> float | None:
    """The length of the monitoring window in seconds: the plan's, or the rehearsal's; None if there is none."""
    if case.window_s is not None:
        return case.window_s
    steps = [step for step in case.phase.steps if case.criterion.step in (None, step.id)]
    return max((step.monitor for step in steps if step.monitor), default=None)


def journals(slots: Iterable[SampleRound]) -> tuple[str, ...]:
    """The journals that the slots stand in."""
    return tuple(path.stem for path in dict.fromkeys(slot.run.path for slot in slots))
