"""The interface of a source of samples: a class with its metrics, built from a target."""

from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric

if TYPE_CHECKING:
    from rollout.target import Target  # the plan's reader needs metrics only, and does not load the target

Value = TypeVar("Value")


class SourceError(Exception):
    """No sample could be taken; this is no evidence about the target, good or bad."""


class Answered(SourceError):
    """The target gave another answer than the wanted one: the source is kept, with its connections and tokens."""


class Refused(Answered):
    """
    The target refuses the credentials of the source; the monitor samples it again after a wait that grows.

    Failed sign-ins at every sample would lock the account, or look like an attack.
    """


class Source(Protocol):
    """
    Takes samples of its metrics, one at a time, from one thread.

    A sample has a `value` and a `text` for people. A source keeps its connections between samples and opens them again
    after an error.
    """

    def sample(self) -> dict[str, Sample]:
        """Name of each sample → sample; SourceError, OSError or ValueError where none can be taken."""


@runtime_checkable
class Closing(Protocol):
    """A source with connections; the monitor closes it when it is sampled no more."""

    def close(self) -> None: ...


class SourceType(Protocol):
    """
    A class of sources, as an entry point names it.

    *needs* are the settings without which none of its *metrics* can be taken; each metric may need more. Its module is
    imported with the plan: imports that take long belong inside `sample`.
    """

    @property
    def name(self) -> str: ...

    @property
    def metrics(self) -> tuple[Metric, ...]: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    def __call__(self, target: "Target", /) -> Source: ...


def given(value: Value | None) -> Value:
    """The value of a setting that a source needs; SourceError where it is not set."""
    if value is None:
        raise SourceError("a setting that it needs is not set")
    return value
