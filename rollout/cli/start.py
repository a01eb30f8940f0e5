"""The beginning of a command: its code takes a moment to be read, in which nothing is begun."""

import sys

from rollout.cli.terminable import terminable

INTERRUPTED = 30  # EXIT_CODES[Outcome.HOLD], which is not read yet


def main() -> None:
    """Run one command; a signal that comes before its code is read says that nothing was begun."""
    try:
        with terminable():
            from rollout.cli.app import main as run
    except KeyboardInterrupt:
        sys.stderr.write("rollout: interrupted before anything was begun: nothing is left, and this is no GO\n")
        sys.exit(INTERRUPTED)
    run()
