"""The switches of the stand-in: an administrator's requests move its users, and its launcher stops and starts its backend."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell
from rollout.embedded import running_state, standin
from rollout.target.answer import expect_as
from xcodereviewer.api import Api
from xcodereviewer.models import Switches

SWITCHES = "/feature-flags"
SWITCHED = "switches"  # key of the kept state
INTERNAL = "internal"


class StandinSwitches:
    """Moves the users by requests of *admin*."""

    answers_of_others: tuple[int, ...] = ()
    internal_users = (INTERNAL,)

    def __init__(self, admin: Api, course: Course | None = None) -> None:
        self.admin = admin
        self.before = (course or Course()).before

    def change(self, **change: object) -> Switches:
        """Change the rollout's switches."""
        return expect_as(Switches, self.admin.request("PUT", SWITCHES, json=change))

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Restore the switches after the block, also if it fails; the block's own error is raised."""
        before, place = self.change(), place_of_standin()
        self.before.keep(place, {SWITCHED: before.model_dump_json()})
        try:
            yield
        except BaseException:
            with suppress(AssertionError):
                self.put(before, place)
            raise
        self.put(before, place)

    def put(self, found: Switches, place: str) -> None:
        """Set the switches to the state *found*."""
        self.change(**found.model_dump())
        self.before.is_put_back(place)

    def is_left(self) -> bool:
        """Whether a killed drill left its changes here; CannotTell if another drill is at work."""
        return self.before.left_at(place_of_standin()) is not None

    def end_killed(self) -> None:
        """Start the backend if a killed drill left it stopped, and restore its switches."""
        place = place_of_standin()
        control("start", check=False)
        if left := self.before.left_at(place):
            self.put(Switches.model_validate_json(left[SWITCHED]), place)

    def share(self, percent: int) -> None:
        """Put *percent* of the users, and the internal ones, on the new backend."""
        self.change(percentage=percent, internal_users=list(self.internal_users), use_backend_api=True)

    def disable(self) -> None:
        """Turn the flag off."""
        self.change(use_backend_api=False)

    def down(self) -> None:
        """Stop the backend."""
        control("kill")

    def up(self) -> None:
        """Start the backend."""
        control("start")


def control(verb: str, *, check: bool = True) -> None:
    """Make the launcher of the stand-in kill or start its backend; a running one cannot be started."""
    from xcodereviewer.suite import SUITE

    standin(SUITE, verb, "backend", "--dir", state_of_standin()["dir"], check=check)


def place_of_standin() -> str:
    """The key of this stand-in in the kept states of drills."""
    return f"stand-in {state_of_standin()['boot_id']}"


def state_of_standin() -> dict[str, Any]:
    """The state of the stand-in under the drill."""
    from xcodereviewer.suite import SUITE

    state = running_state(SUITE)
    if state is None:
        raise CannotTell("the stand-in is gone")
    return state
