"""The command line: `rollout COMMAND`. Exit codes: 0 GO, 10 NO-GO, 20 ROLLBACK, 30 HOLD, 40 override, 64, 70."""

from rollout.cli.start import main

__all__ = ["main"]
