"""Threads in which users work round after round, one for each user."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

BETWEEN_S = 0.6  # s, between two rounds of one user: 200 requests per minute, below the rate limit of an account
ANSWER_S = 5  # s, for each answer to a user
END_S = 30  # s, for the end of the round that is under way


@dataclass(frozen=True)
class WorkThreads:
    """The *threads* of users, which work until *ended* is set."""

    ended: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, rounds: Iterable[Callable[[], None]]) -> None:
        """Repeat the round of each user in a thread of its own."""
        for work in rounds:
            self.threads.append(threading.Thread(target=self.repeat, args=(work,), daemon=True))
            self.threads[-1].start()

    def repeat(self, work: Callable[[], None]) -> None:
        """One round after the other until the end."""
        while not self.ended.wait(BETWEEN_S):
            work()

    def end(self) -> None:
        """Let every user finish its round, and join the threads."""
        self.ended.set()
        for thread in self.threads:
            thread.join(END_S)
