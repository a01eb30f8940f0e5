"""Users at work on a target while something is tried there: what they sent and wrote, what became of it, and how they are moved back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from rollout.extensions import AT_WORK


@dataclass(frozen=True)
class WorkSoFar:
    """How many *requests* were sent and *failed*, how much was *written*, and the labels of what is *missing* or *altered* of that."""

    requests: int = 0
    failed: int = 0
    written: int = 0
    missing: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


class WorkingUsers(Protocol):
    """Users who work on the new backend until they are rolled back."""

    def so_far(self) -> WorkSoFar:
        """What they have seen themselves."""

    def roll_back(self) -> None:
        """Take every user off the new backend and see that they left it; AssertionError where they did not."""

    def in_the_end(self) -> WorkSoFar:
        """What became of all that was written, looked at once nothing is broken any more; AssertionError where nobody can."""


Begin = Callable[
    [Any], AbstractContextManager[WorkingUsers]
]  # of a target; each suite has a model of its own for those


def users_of(suite: str) -> Begin:
    """Who brings users to work on the embedded target of the *suite* of that name; ValueError where nobody does."""
    entry = next((each for each in AT_WORK.entries() if each.name == suite), None)
    if entry is None:
        raise ValueError(
            f"no users at work are installed for suite {suite!r}: add an entry of its name to {AT_WORK.name}"
        )
    begin: Begin = AT_WORK.load(entry)
    return begin
