"""`python -m tests.rollback.killed_restore POINT WORDS…`: `rollout WORDS…`, ended by SIGKILL when its restore reaches a point."""

import sys
from unittest.mock import patch

from rollout.cli import main, rollback_place
from rollout.drill import programs
from tests.drill.killed_drill import KilledAt


def killed() -> None:
    """Run the command with a progress listener that kills it at the point."""
    point = sys.argv.pop(1)
    programs.LOOK_S = 0.005  # s; short enough to see a restore of a few rows in progress
    with patch.object(rollback_place, "DrillProgress", return_value=KilledAt(point)):
        main()


if __name__ == "__main__":
    killed()
