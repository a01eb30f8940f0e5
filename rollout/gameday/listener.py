"""Read the keyboard for a person's decision to roll back during a round."""

import threading
from collections.abc import Callable, Iterable

WORDS = ("r", "rollback", "roll back")


def listen(lines: Iterable[str], decide: Callable[[], None]) -> threading.Thread:
    """Call *decide* at the first of *lines* that is one of `WORDS`, in a thread that ends with the process."""

    def hear() -> None:
        if any(line.strip().casefold() in WORDS for line in lines):
            decide()

    thread = threading.Thread(target=hear, daemon=True)
    thread.start()
    return thread
