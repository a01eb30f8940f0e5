"""`python -m tests.drill.killed_drill POINT`: a restore drill that ends itself with SIGKILL when it reaches a point of its course."""

import json
import os
import signal
import sys
from pathlib import Path

from pydantic import SecretStr

from rollout.drill import programs
from rollout.drill.course import Course, Nobody
from rollout.drill.restore import RestoreDrill
from rollout.target.settings import Backups


class KilledAt(Nobody):
    """A progress listener that kills the drill at a *point*: at the start, during or at the end of a step."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.step = ""

    def begin(self, step: str) -> None:
        self.step = step
        self.reach("begins")

    def went(self, done: int, total: int | None) -> None:
        self.reach("is under way")

    def end(self, step: str, seconds: float) -> None:
        self.reach("ends")

    def reach(self, where: str) -> None:
        """Kill this process at the point."""
        if self.point == f"{self.step} {where}":
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Carry out the drill with the JSON on stdin: addresses, programs and the catalogue of backups."""
    facts = json.load(sys.stdin)
    programs.LOOK_S = 0.005  # s; short enough to see a dump of a few rows in progress
    course = Course(KilledAt(sys.argv[1]))
    live, scratch = SecretStr(facts["live"]), SecretStr(facts["scratch"])
    drill = RestoreDrill(live, scratch, Path(facts["programs"]), course=course, may_write=True)
    drill.carry_out(Backups(catalogue=Path(facts["catalogue"])))


if __name__ == "__main__":
    main()
