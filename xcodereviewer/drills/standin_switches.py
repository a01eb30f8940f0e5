"""The switches of the stand-in: an administrator moves its users, and its launcher ends and starts its backend."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rollout.drill.outcome import CannotTell
from rollout.embedded import running_state, standin
from rollout.target.answer import expect_as
from xcodereviewer.api import Api
from xcodereviewer.models import Switches

SWITCHES = "/feature-flags"
INTERNAL = "internal"


class StandinSwitches:
    """Moves the users by *admin*."""

    answers_of_others: tuple[int, ...] = ()
    internal_users = (INTERNAL,)

    def __init__(self, admin: Api) -> None:
        self.admin = admin

    def change(self, **change: object) -> Switches:
        """Change the rollout's switches."""
        return expect_as(Switches, self.admin.request("PUT", SWITCHES, json=change))

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Put the switches back as they were found, however the block ends; how it ended is what is told."""
        before = self.change()
        try:
            yield
        except BaseException:
            with suppress(AssertionError):
                self.change(**before.model_dump())
            raise
        self.change(**before.model_dump())

    def share(self, percent: int) -> None:
        """Put a share of the users and the internal ones on the new backend."""
        self.change(percentage=percent, internal_users=list(self.internal_users), use_backend_api=True)

    def disable(self) -> None:
        """The emergency switch."""
        self.change(use_backend_api=False)

    def down(self) -> None:
        """End the backend."""
        control("kill")

    def up(self) -> None:
        """Start the backend."""
        control("start")


def control(verb: str) -> None:
    """Let the launcher of the stand-in kill or start its backend."""
    from xcodereviewer.suite import SUITE

    state = running_state(SUITE)
    if state is None:
        raise CannotTell("the stand-in is gone")
    standin(SUITE, verb, "backend", "--dir", state["dir"])
