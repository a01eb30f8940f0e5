"""Does the same build answer for as long as a run measures it? A deployment in between would lend its name to another one."""

from rollout.suite import Suite
from rollout.target.release import UNKNOWN
from rollout.target.settings import Target


class SameRelease:
    """What the system said of its release when measuring began; the first that it says, where it said none then."""

    def __init__(self, suite: Suite, target: Target) -> None:
        self._suite, self._target = suite, target
        self._first = self._told()

    @property
    def release(self) -> str:
        """The release under verification: as a file or an option calls it, else as the system said when this began."""
        return self._suite.observed_release(self._target) if self._target.release else self._first

    def _told(self) -> str:
        """What the system itself says, whatever a file or an option calls it."""
        return self._suite.observed_release(self._target.model_copy(update={"release": None}))

    def other(self) -> str:
        """The release that answers now, where it is another one; empty where it is the same, or nobody says."""
        now = self._told()
        if self._first == UNKNOWN:
            self._first = now
        return "" if now in (self._first, UNKNOWN) else now
