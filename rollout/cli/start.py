"""The entry point of the command: a signal during the import of the code ends it without a traceback."""

import gc
import sys

from rollout.cli.terminable import terminable

INTERRUPTED = 30  # EXIT_CODES[Outcome.HOLD], which is not imported yet


def main() -> None:
    """Run one command; after a signal during the import print that nothing was begun."""
    try:
        with terminable():
            gc.disable()  # what is imported stays: to search it for garbage takes a tenth of a decision's time
            from rollout.cli.app import application
            from rollout.cli.app import main as run

            app = application(sys.argv[1:])
            gc.freeze()
            gc.enable()
    except KeyboardInterrupt:
        sys.stderr.write("rollout: interrupted before anything was begun: nothing is left, and this is no GO\n")
        sys.exit(INTERRUPTED)
    run(app)
