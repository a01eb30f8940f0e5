"""What commands print; that nobody reads on, as in `rollout decide phase1 | head`, changes neither work nor exit code."""

import os
import sys
from typing import IO, cast

from rich.console import Console

from rollout.trimmed import Trimmed

LEAST_COLUMNS = 120
NARROWEST_COLUMNS = 40  # of a terminal: what is narrower breaks every line anyway


class Output(Console):
    """A terminal or a pipe; a pipe whose reader has gone is no error."""

    def on_broken_pipe(self) -> None:
        """Print no more."""
        self.quiet = True
        unheard()


def console() -> Console:
    """Where a command prints: the terminal, of 40 columns at least, or 120 of them in a pipe; plain without colours."""
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
    """Print a document as it is."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        unheard()


def unheard() -> None:
    """Let what is still to be printed, also at the end of the process, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
