"""The output of commands; a closed pipe, as in `rollout decide phase1 | head`, changes neither work nor exit code."""

import os
import sys
from typing import IO, cast

from rich.console import Console

from rollout.trimmed import Trimmed

LEAST_COLUMNS = 120
NARROWEST_COLUMNS = 40  # of a terminal; a narrower one breaks every line anyway


class Output(Console):
    """A console on a terminal or a pipe; a closed pipe is no error."""

    def on_broken_pipe(self) -> None:
        """Print no more."""
        self.quiet = True
        unheard()


def console() -> Console:
    """The console of a command: at least 40 columns on a terminal, 120 in a pipe; plain text if there are no colours."""
    found = Output(highlight=False)
    width = max(found.width, NARROWEST_COLUMNS if found.is_terminal else LEAST_COLUMNS)
    if not found.is_terminal or found.no_color or found.color_system is None:
        return Output(
            highlight=False,
            width=width,
            color_system=None,
            force_terminal=False,
            file=cast(IO[str], Trimmed(sys.stdout)),
        )
    return found if found.width == width else Output(highlight=False, width=width)


def write(text: str) -> None:
    """Print a document unchanged."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        unheard()


def unheard() -> None:
    """Redirect the remaining standard output of this process to /dev/null."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
