"""A shell that completes asks without words; its variable, left over in an environment, must not answer a command."""

import os
import sys

from rollout.cli.usage import COMPLETIONS

VARIABLE = "_ROLLOUT_COMPLETE"


def is_asked() -> bool:
    """Whether the process is started to complete words, or to tell a shell how: then it ends by itself."""
    words = sys.argv[1:]
    return any(word in COMPLETIONS for word in words) or (not words and VARIABLE in os.environ)


def ignore_left_over() -> None:
    """Take the variable out of the environment of a command: it would print a script, do nothing else and exit 0."""
    if sys.argv[1:]:
        os.environ.pop(VARIABLE, None)
