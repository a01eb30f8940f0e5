"""Deadlines for whole answers: read timeouts end neither headers that arrive byte by byte nor a frozen database."""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class TimeBudget:
    """
    The wait for one answer: *most_s* seconds, or *least_s* after *total_s* seconds were spent on failed answers.

    With it a run against a hanging target takes minutes, not hours.
    """

    def __init__(self, most_s: float, least_s: float, total_s: float) -> None:
        self.most_s, self.least_s, self.total_s = most_s, least_s, total_s
        self.spent_s = 0.0

    @property
    def seconds(self) -> float:
        """The wait for the next answer, in seconds."""
        return self.least_s if self.spent_s >= self.total_s else self.most_s


def each(seconds: float) -> TimeBudget:
    """A budget with the same wait for every answer, independent of failed ones."""
    return TimeBudget(seconds, seconds, math.inf)


class TooLate(AssertionError):
    """A time limit passed before an answer, a condition or the end of some work."""


@dataclass
class Pauses:
    """The *seconds* that some work paused on request (`pause`); they do not count against its time limit."""

    seconds: float = 0.0


PAUSES: ContextVar[Pauses] = ContextVar("PAUSES")


def in_time(work: Callable[[], T], budget: TimeBudget) -> T:
    """
    The result of *work*; TooLate if it takes longer than *budget* permits, pauses not counted.

    Work that is too late goes on in a daemon thread. The time of failed work, too late or not, is spent of the budget.
    """
    began, most_s, pauses = time.monotonic(), budget.seconds, Pauses()
    inside = copy_context()
    inside.run(PAUSES.set, pauses)
    found = inside.run(begun, work)
    try:
        while not found.done():
            left_s = began + most_s + pauses.seconds - time.monotonic()
            if left_s <= 0:
                raise TooLate(f"got no end of it within {most_s:g} s, want an answer")
            wait([found], left_s)
        return found.result()
    except BaseException:
        budget.spent_s += time.monotonic() - began - pauses.seconds
        raise


def begun(work: Callable[[], T]) -> Future[T]:
    """The future result of *work*, which runs in a daemon thread."""
    found = Future[T]()
    threading.Thread(target=copy_context().run, args=(settle, found, work), daemon=True).start()
    return found


def settle(found: Future[T], work: Callable[[], T]) -> None:
    """Set the result or the exception of *work* in *found*."""
    try:
        found.set_result(work())
    except BaseException as error:  # noqa: BLE001 - the waiting thread raises it again
        found.set_exception(error)


class Deadline:
    """The deadline of one client, which sends one request at a time."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._passed = False

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Keep the socket of a new connection; httpx calls this as its `trace` extension."""
        if event in CONNECTED and "return_value" in info:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._passed:  # the time was up before there was a connection
                self._cut()

    @contextlib.contextmanager
    def after(self, seconds: float) -> Iterator[None]:
        """Cut the connection after *seconds*, unless the block ends before."""
        self._passed = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        """Shut down the socket below TLS, so that a waiting read ends with an error."""
        self._passed = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                cut(self._socket.fileno())


@contextlib.contextmanager
def cut_after(seconds: float, fileno: int) -> Iterator[None]:
    """Cut the connection of *fileno* after *seconds*, unless the block ends before."""
    with contextlib.ExitStack() as ended:
        line = ended.enter_context(
            socket.socket(fileno=socket.dup(fileno))
        )  # the owner may close its own descriptor meanwhile
        timer = threading.Timer(seconds, shut, (line,))
        timer.daemon = True
        timer.start()
        ended.callback(timer.join)
        ended.callback(timer.cancel)
        yield


def cut(fileno: int) -> None:
    """Shut down the connection of *fileno*; its owner's reads and writes then fail."""
    with socket.socket(fileno=socket.dup(fileno)) as line:
        shut(line)


def shut(line: socket.socket) -> None:
    """Shut down a socket in both directions; no error if it is already closed."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
