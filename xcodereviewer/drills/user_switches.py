"""The switches of a rollback drill, on the stand-in or in a cluster."""

from contextlib import AbstractContextManager
from typing import Protocol


class UserSwitches(Protocol):
    """
    The switches that move users, stop the backend and start it.

    *internal_users* are on the new backend at any share; *answers_of_others* are statuses that a proxy answers in place of
    a stopped backend.
    """

    @property
    def internal_users(self) -> tuple[str, ...]: ...

    @property
    def answers_of_others(self) -> tuple[int, ...]: ...

    def is_left(self) -> bool:
        """Whether a killed drill left its changes here; CannotTell if another drill is at work."""

    def end_killed(self) -> None:
        """Revert the changes of a killed drill."""

    def put_back(self) -> AbstractContextManager[None]:
        """Restore the original state after the block, also if it fails."""

    def share(self, percent: int) -> None:
        """Put *percent* of the users on the new backend."""

    def disable(self) -> None:
        """Move every user off the new backend."""

    def down(self) -> None:
        """Stop the backend."""

    def up(self) -> None:
        """Start the backend again, with its original size."""
