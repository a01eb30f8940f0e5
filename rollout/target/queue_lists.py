"""The Redis lists that hold the waiting tasks of a Celery queue."""

from collections.abc import Iterable

PRIORITY_SEPARATOR = "\x06\x16"  # how Celery names the lists of lower priorities
SUFFIXES = ("", *(f"{PRIORITY_SEPARATOR}{priority}" for priority in (3, 6, 9)))


def lists_of(queues: Iterable[str]) -> list[str]:
    """The names of the lists of *queues*, one for each priority."""
    return [f"{queue}{suffix}" for queue in queues for suffix in SUFFIXES]
