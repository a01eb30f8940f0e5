"""`python -m standin.run_worker ARGUMENTS`: Celery's own command line, once the settings are known."""

import sys

from standin import preload


def main(arguments: list[str]) -> None:
    """Run Celery as if by its own name."""
    preload.wait_for_settings(preload.WORKER)
    from celery.__main__ import main as celery

    sys.argv = ["celery", *arguments]
    celery()


if __name__ == "__main__":
    main(sys.argv[1:])
