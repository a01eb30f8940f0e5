"""The exception of the launcher, and its conversion to one line and an exit code."""

import sys
from collections.abc import Callable

USAGE = 64  # sysexits: the caller asked for something that does not exist
FAILED = 1


class StandinError(Exception):
    """An error of the launcher, in one line with a way out."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class StartError(StandinError):
    """A service did not start."""


def report(command: Callable[[], int]) -> int:
    """The exit code of *command*, which fails with one line on stderr."""
    try:
        return command()
    except StandinError as error:
        print(f"standin: {error}", file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"standin: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130
