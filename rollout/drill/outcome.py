"""The results of a drill: passed, failed, or could not tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollout.values import in_full, some


class Failed(Exception):
    """
    The exercised procedure does not work; the message is what does not hold.

    *listed* is the complete list that the message begins, *counts* what was counted before.
    """

    def __init__(self, reason: str, listed: Sequence[str] = (), counts: Mapping[str, int] | None = None) -> None:
        super().__init__(reason)
        self.listed = tuple(listed)
        self.counts = dict(counts or {})


def failed_in(what: str, lines: Sequence[str]) -> Failed:
    """Failed for *what*, with the first of *lines* in the message and all of them listed."""
    return Failed(f"{what}: {some(lines, between='; ')}", in_full(lines))


class CannotTell(Exception):
    """
    The drill itself could not go on, which is no evidence about what it exercises; the message has reason and way out.
    """


@dataclass(frozen=True)
class Passed:
    """
    The exercised procedure works: the *reason* for that, the *value* that counts, and what was counted.

    *recovery* names the steps that make up a recovery, *revision* is that of the schema of the exercised database,
    *listed* has a line for each thing that was exercised, where there were several.
    """

    reason: str
    value: str
    counts: dict[str, int] = field(default_factory=dict)
    recovery: tuple[str, ...] = ()
    revision: str | None = None
    listed: tuple[str, ...] = ()
