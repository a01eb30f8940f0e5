"""Take the samples that the criteria of a phase need, each from its source."""

from collections.abc import Callable, Iterable
from itertools import takewhile
from math import isfinite

from msgspec import structs

from rollout.clean_text import clean
from rollout.evidence.records import Sample
from rollout.metrics import Metric, MetricKind
from rollout.plan import Criterion
from rollout.plan.measured import LONGEST_INTERVAL_S
from rollout.processor_wait import Listener
from rollout.sources.needs import missing, taker
from rollout.sources.registry import known, metric
from rollout.sources.source import Answered, Closing, Refused, Source, SourceError, SourceType
from rollout.target import Target
from rollout.target.redact import Redactor
from rollout.watch.back_off import BackOff
from rollout.watch.clock import Clock

MOST_CHARACTERS = 200
Taken = dict[str, Sample] | str
UNTAKEN = (SourceError, OSError, ValueError)


def sampled(criteria: Iterable[Criterion], step: str | None = None) -> list[Metric]:
    """
    The metrics that criteria need samples of at an exposure *step*, and those that show their liveness.

    Where only watched time is required, the probes of availability are sampled.
    """
    here = sampled_at(criteria, step)
    asked = [item.measured for item in here if item.measured.kind is not MetricKind.COVERAGE]
    asked += [metric(item.liveness) for item in here if item.liveness]
    return list(dict.fromkeys(asked)) or [each for each in known().values() if each.kind is MetricKind.AVAILABILITY]


def longest_interval(criteria: Iterable[Criterion], step: str | None = None) -> float:
    """The longest time between two samples, in seconds, that is enough for every criterion at an exposure *step*."""
    said = [item.longest_interval for item in sampled_at(criteria, step) if item.longest_interval]
    return min(said, default=LONGEST_INTERVAL_S)


def sampled_at(criteria: Iterable[Criterion], step: str | None) -> list[Criterion]:
    """The criteria about samples that belong to an exposure *step*, or to any if that is None."""
    mine = [item for item in criteria if item.metric and item.measured.rules.producer == "metric"]
    return [item for item in mine if step is None or item.step in (None, step)]


class Sampler:
    """
    Samples some metrics of one target; a source is built on first use, and again after an error.

    A source whose credentials were refused is not sampled for a while, on the *clock* of the watch.
    """

    def __init__(
        self,
        target: Target,
        metrics: Iterable[Metric],
        ask_release: Callable[[Target], str | None],
        clock: Clock | None = None,
    ) -> None:
        self._target = target
        self._ask_release = ask_release
        self._redact = Redactor(target)
        self._metrics = list(metrics)
        self._built: dict[str, Source] = {}
        self._back_off = BackOff(clock or Clock())
        self._listener = Listener(target.url())

    def look(self, stopped: Callable[[], bool] = lambda: False) -> dict[str, Sample]:
        """
        One sample per metric at this moment; where none could be taken, with an error in place of a value.

        No further source is sampled once *stopped* returns True.
        """
        taken: dict[str, Taken] = {}
        asked = takewhile(lambda _: not stopped(), self._metrics)
        return {each.sampled: self._presentable(self._sample(each, taken)) for each in asked}

    def release(self) -> str | None:
        """The release that the target answers with now; None if it names none."""
        return clean(self._ask_release(self._target) or "")[:MOST_CHARACTERS] or None

    def target_waited_percent(self) -> float | None:
        """The share of the time since the last call in which a target on this machine could run and got no processor."""
        return self._listener.waited_percent()

    def _sample(self, of: Metric, taken: dict[str, Taken]) -> Sample:
        """The sample of one metric; each source is sampled once for all its metrics, also where it fails."""
        if unset := missing(of, self._target):
            return Sample(error=f"not configured: set {' and '.join(unset)}")
        source = taker(of, self._target)
        if source is None:
            return Sample(error=f"nobody samples {of.name}")
        if source.name not in taken:
            taken[source.name] = self._taken(source)
        found = taken[source.name]
        if isinstance(found, str):
            return Sample(error=found)
        return found.get(of.sampled, Sample(error=f"source {source.name!r} took no sample {of.sampled!r}"))

    def _taken(self, of: SourceType) -> Taken:
        """The samples of a source, or why it took none; after an error it is built anew for the next look."""
        if reason := self._back_off.reason(of.name):
            return reason
        try:
            if of.name not in self._built:
                self._built[of.name] = of(self._target)
            found = self._built[of.name].sample()
        except UNTAKEN as error:
            return self._untaken(of.name, error)
        self._back_off.let_in(of.name)
        return found

    def _untaken(self, name: str, error: Exception) -> str:
        """Why a source took no sample; it is kept if the target answered, and has to wait if it was refused."""
        if isinstance(error, Refused):
            self._back_off.refused(name, told(error))
        if not isinstance(error, Answered):
            self._drop(name)
        return told(error)

    def close(self) -> None:
        """Close the connections of every source."""
        for name in list(self._built):
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Remove a source, and close its connections."""
        source = self._built.pop(name, None)
        if isinstance(source, Closing):
            source.close()

    def _presentable(self, sample: Sample) -> Sample:
        """The sample with short words and no secret; an error if its value is no finite number."""
        if not is_number(sample.value):
            return Sample(error=f"the value is no number: {sample.value!r}"[:MOST_CHARACTERS])
        words = {"text": self._shown(sample.text), "error": self._shown(sample.error)}
        return structs.replace(sample, **words)

    def _shown(self, text: str) -> str:
        return clean(self._redact(text))[:MOST_CHARACTERS]


def is_number(value: object) -> bool:
    """Whether a source gave a finite number, or none."""
    return value is None or (isinstance(value, int | float) and isfinite(value))


def told(error: Exception) -> str:
    """An error in words; the class is named unless it is a SourceError."""
    return str(error) if isinstance(error, SourceError) else f"{type(error).__name__}: {error}"
