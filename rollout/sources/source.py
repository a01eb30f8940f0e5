"""What a source of samples is: a class with its metrics, built from a target, that takes a sample when asked."""

from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric

if TYPE_CHECKING:
    from rollout.target import Target  # the plan's reader asks for metrics only, and need not load the target

Value = TypeVar("Value")


class SourceError(Exception):
    """No sample could be taken; this says nothing good or bad about what is measured."""


class Answered(SourceError):
    """The target answered, and something else than was wanted: the source is kept as it is, connections and tokens too."""


class Refused(Answered):
    """
    The target refuses the credentials of the source, which is asked again after a rest that grows.

    Whoever signs in in vain at every sample locks the account, or is taken for an attack.
    """


class Source(Protocol):
    """
    Takes samples of its metrics, one at a time, from one thread.

    A sample has a `value` and a `text` for people. A source keeps what it needs
    between samples and opens it again after an error.
    """

    def sample(self) -> dict[str, Sample]:
        """Name of each sample → sample; SourceError, OSError or ValueError where none can be taken."""


@runtime_checkable
class Closing(Protocol):
    """A source that holds connections, and gives them back when nobody samples it any more."""

    def close(self) -> None: ...


class SourceType(Protocol):
    """
    A class of sources, as an entry point names it.

    *needs* are the settings without which none of its *metrics* can be taken, each metric may need more. Its module
    is imported with the plan: what is slow to import belongs inside `sample`.
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
