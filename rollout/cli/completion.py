"""Shell completion: its variable, if left over in an environment, must not turn a command into a completion."""

import os
import sys

from rollout.cli.usage import COMPLETIONS

VARIABLE = "_ROLLOUT_COMPLETE"


def is_asked() -> bool:
    """Whether the process is started by a shell's completion, or to print or install its script; typer then ends it."""
    words = sys.argv[1:]
    return any(word in COMPLETIONS for word in words) or (not words and VARIABLE in os.environ)


def ignore_left_over() -> None:
    """Remove the variable from the environment of a command: with it the command would print a script and exit 0."""
    if sys.argv[1:]:
        os.environ.pop(VARIABLE, None)
