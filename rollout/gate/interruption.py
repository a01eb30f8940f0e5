"""What a gate does when it is told to stop: it ends its stages in order, and says what is left."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from rollout.gate.stages import Job


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that stages and stand-in end in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def left_behind(job: Job) -> str:
    """What an interrupted gate leaves, in words."""
    data = (
        f"; test data called rollout-… may be left on {job.target.url()}" if job.target.environment != "standin" else ""
    )
    return (
        f"interrupted: the stages were ended, their journals are in {job.journals}{data};"
        f" no decision is current, the one before is kept in {job.journals.parent / 'decisions'}"
    )
