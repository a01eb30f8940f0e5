"""One round of the monitor's samples, read back from a slot: what is a number in it, what is an error, and what an absent level means."""

from math import inf
from typing import NamedTuple, Self

from rollout.evidence import JournalState, Run
from rollout.evidence.records import Requests, Sample
from rollout.judge.finding import Case
from rollout.sources.registry import metric


class SampleRound(NamedTuple):
    """
    One round of samples, read back from a slot: *due* in seconds since the epoch, *samples* by name.

    *numbers* are the values that are finite and at least zero, by name; a sample that is missing or an error has none.
    *accepted* means that the monitor itself worked: at least one sample has a value. A slot *counts* as watched time
    if it is accepted and its run has its end.
    """

    due: float
    interval_s: float
    samples: dict[str, Sample]
    run: Run
    numbers: dict[str, float]
    accepted: bool
    counts: bool

    @classmethod
    def of(cls, due: float, interval_s: float, samples: dict[str, Sample], run: Run) -> Self:
        """A round of *samples* with its derived fields."""
        told = {name: sample.value for name, sample in samples.items() if sample.value is not None}
        numbers = {name: value for name, value in told.items() if 0 <= value < inf}
        return cls(
            due, interval_s, samples, run, numbers, bool(told), bool(told) and run.state is JournalState.COMPLETE
        )

    @property
    def whole(self) -> bool:
        """Whether its run has its end."""
        return self.run.state is JournalState.COMPLETE

    def requests(self, name: str) -> Requests | None:
        """The users' requests that a sample counted; None if there are none, or if a part is larger than the whole."""
        sample = self.samples.get(name)
        counted = sample.requests if sample else None
        fits = counted is not None and max((counted.failed, *counted.over.values())) <= counted.n
        return counted if fits else None

    def text(self, name: str) -> str:
        """The text of the sample beside its number, or why there is none."""
        sample = self.samples.get(name)
        return (sample.text or sample.error if sample else "") or "not sampled"


def in_step(slot: SampleRound) -> str:
    """In which exposure step a round was sampled, in words; empty where its monitor watched none."""
    facts = slot.run.started.watch
    return f", in step {facts.step}" if facts and facts.step else ""


def levels(case: Case, slots: list[SampleRound]) -> list[float | None]:
    """
    The level in each slot; an absent one is zero only where the plan permits that and the liveness sample is positive.
    """
    criterion = case.criterion
    name = criterion.measured.sampled
    numbers = [slot.numbers.get(name) for slot in slots]
    if not criterion.zero_is_valid or criterion.liveness is None:
        return numbers
    liveness = metric(criterion.liveness).sampled
    alive = [slot.numbers.get(liveness, 0) > 0 for slot in slots]
    return [number if there else number or None for number, there in zip(numbers, alive, strict=True)]
