"""Whether the same build answers during a whole run: after a deployment in between, results of two builds carry one name."""

from rollout.suite import Suite
from rollout.target.release import UNKNOWN
from rollout.target.settings import Target


class SameRelease:
    """Compares the release that the system reports now with the first one that it reported in this run."""

    def __init__(self, suite: Suite, target: Target) -> None:
        self._suite, self._target = suite, target
        self._first = self._told()

    @property
    def release(self) -> str:
        """The release under verification: from the target file or an option, else as first reported by the system."""
        return self._suite.observed_release(self._target) if self._target.release else self._first

    def _told(self) -> str:
        """The release that the system itself reports, without regard to file and options."""
        return self._suite.observed_release(self._target.model_copy(update={"release": None}))

    def other(self) -> str:
        """The release that the system reports now if it differs from the first; empty if it is equal or unknown."""
        now = self._told()
        if self._first == UNKNOWN:
            self._first = now
        return "" if now in (self._first, UNKNOWN) else now
