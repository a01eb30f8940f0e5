"""One round of the monitor's samples, read back from a slot: what is a number in it, what is an error, and what an absent level means."""

from math import inf
from typing import NamedTuple, Self

from rollout.evidence import Run, State
from rollout.evidence.records import Requests, Sample
from rollout.judge.finding import Case
from rollout.sources.registry import metric


class SampleRound(NamedTuple):
    """
    One round of samples, read back from a slot: *due* in seconds since the epoch, *samples* by name.

    *accepted* says whether the monitor itself worked: a slot without any sample is none.
    """

    due: float
    interval_s: float
    samples: dict[str, Sample]
    run: Run
    accepted: bool

    @classmethod
    def of(cls, due: float, interval_s: float, samples: dict[str, Sample], run: Run) -> Self:
        """A round of *samples*, with what they say of the monitor."""
        return cls(due, interval_s, samples, run, any(sample.value is not None for sample in samples.values()))

    @property
    def whole(self) -> bool:
        """Whether its run has its end."""
        return self.run.state is State.COMPLETE

    @property
    def counts(self) -> bool:
        """Whether the slot is watched time: something was seen, and its run has its end."""
        return self.accepted and self.whole

    def value(self, name: str) -> float | None:
        """The number of a sample; None if it is missing, an error, or not a finite number of at least zero."""
        sample = self.samples.get(name)
        number = sample.value if sample else None
        return number if number is not None and 0 <= number < inf else None

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


def levels(case: Case, slots: list[SampleRound]) -> list[float | None]:
    """The level in each slot; an absent value is zero only where the plan says so and somebody was there to count."""
    criterion = case.criterion
    name = criterion.measured.sampled
    numbers = [slot.value(name) for slot in slots]
    if not criterion.zero_is_valid or criterion.liveness is None:
        return numbers
    liveness = metric(criterion.liveness).sampled
    alive = [(slot.value(liveness) or 0) > 0 for slot in slots]
    return [number if there else number or None for number, there in zip(numbers, alive, strict=True)]
