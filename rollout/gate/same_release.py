"""Does the same build answer for as long as a gate measures it? A deployment in between would lend its name to another one."""

from rollout.gate.stages import Job
from rollout.target.release import UNKNOWN


class SameRelease:
    """What the system said of its release when the stages of *job* began; the first that it says, where it said none then."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._first = self._told()

    def _told(self) -> str:
        """What the system itself says, whatever a file or an option calls it."""
        return self._job.suite.observed_release(self._job.target.model_copy(update={"release": None}))

    def other(self) -> str:
        """The release that answers now, where it is another one; empty where it is the same, or nobody says."""
        now = self._told()
        if self._first == UNKNOWN:
            self._first = now
        return "" if now in (self._first, UNKNOWN) else now
