"""The exception of the launcher, and how the command line turns it into one line and an exit code."""

import sys
from collections.abc import Callable

USAGE = 64  # sysexits: the caller asked for something that does not exist
FAILED = 1


class StandinError(Exception):
    """What went wrong, in one line a person can act on."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


class StartError(StandinError):
    """A service that did not come up."""


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
