"""`python -m standin.run_worker ARGUMENTS`: wait for the settings, then run Celery's command line."""

import sys

from standin import preload


def main(arguments: list[str]) -> None:
    """Run Celery's own command line."""
    preload.wait_for_settings(preload.WORKER)
    from celery.__main__ import main as celery

    sys.argv = ["celery", *arguments]
    celery()


if __name__ == "__main__":
    main(sys.argv[1:])
