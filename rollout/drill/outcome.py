"""How a drill ends: it passed, it failed, or nobody can tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollout.values import in_full, some


class Failed(Exception):
    """
    What was exercised does not work: the words say what does not hold.

    *listed* is the whole of a list that they begin, *counts* what was counted all the same.
    """

    def __init__(self, reason: str, listed: Sequence[str] = (), counts: Mapping[str, int] | None = None) -> None:
        super().__init__(reason)
        self.listed = tuple(listed)
        self.counts = dict(counts or {})


def failed_in(what: str, lines: Sequence[str]) -> Failed:
    """*what* does not hold in several respects: the first of them in words, and all of them."""
    return Failed(f"{what}: {some(lines, between='; ')}", in_full(lines))


class CannotTell(Exception):
    """The drill itself could not go on, which says nothing about what it exercises: reason and way out in the words."""


@dataclass(frozen=True)
class Passed:
    """
    What was exercised works: the *reason* to believe it, the *value* that counts, and what was counted.

    *recovery* names the steps of which a recovery consists, *revision* is that of the schema of the database that was exercised,
    *listed* has a line for each thing that was exercised, where there were several.
    """

    reason: str
    value: str
    counts: dict[str, int] = field(default_factory=dict)
    recovery: tuple[str, ...] = ()
    revision: str | None = None
    listed: tuple[str, ...] = ()
