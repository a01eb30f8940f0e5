"""Users that work on a target during a game day: their requests and writes, the fate of the writes, and the rollback of the users."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from rollout.extensions import AT_WORK


@dataclass(frozen=True)
class WorkSoFar:
    """The numbers of *requests*, of *failed* requests and of *written* records, and the labels of records *missing* or *altered*."""

    requests: int = 0
    failed: int = 0
    written: int = 0
    missing: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


class WorkingUsers(Protocol):
    """Users that work on the new backend until the rollback."""

    def so_far(self) -> WorkSoFar:
        """The counts up to now, from the users' own answers."""

    def roll_back(self) -> None:
        """Move every user off the new backend and check it; AssertionError if one is still there."""

    def in_the_end(self) -> WorkSoFar:
        """The final counts, read back after the fault is removed; AssertionError if the records cannot be read."""


Begin = Callable[
    [Any], AbstractContextManager[WorkingUsers]
]  # takes a target; `Any` since each suite has its own model of targets


def users_of(suite: str) -> Begin:
    """The entry point that starts users at work on the embedded target of *suite*; ValueError if none is installed."""
    entry = next((each for each in AT_WORK.entries() if each.name == suite), None)
    if entry is None:
        raise ValueError(
            f"no users at work are installed for suite {suite!r}: add an entry of its name to {AT_WORK.name}"
        )
    begin: Begin = AT_WORK.load(entry)
    return begin
