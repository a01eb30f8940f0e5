"""A person at the keyboard who may say in a round that it is time to roll back."""

import threading
from collections.abc import Callable, Iterable

WORDS = ("r", "rollback", "roll back")


def listen(lines: Iterable[str], decide: Callable[[], None]) -> threading.Thread:
    """Call *decide* at the first of some *lines* that says so; listens in a thread that ends with the process."""

    def hear() -> None:
        if any(line.strip().casefold() in WORDS for line in lines):
            decide()

    thread = threading.Thread(target=hear, daemon=True)
    thread.start()
    return thread
