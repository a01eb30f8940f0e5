"""Cuts an answer that takes too long, wherever it hangs: no read time-out ends headers that come byte by byte, nor a frozen database."""

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
    How long to wait for one answer: *most_s*, but only *least_s* once *total_s* were spent on answers that never came.

    So a target where everything hangs costs minutes, not hours.
    """

    def __init__(self, most_s: float, least_s: float, total_s: float) -> None:
        self.most_s, self.least_s, self.total_s = most_s, least_s, total_s
        self.spent_s = 0.0

    @property
    def seconds(self) -> float:
        """The wait for the next answer."""
        return self.least_s if self.spent_s >= self.total_s else self.most_s


def each(seconds: float) -> TimeBudget:
    """The same wait for every answer, however many never came."""
    return TimeBudget(seconds, seconds, math.inf)


class TooLate(AssertionError):
    """Something did not come, not hold or not end in time."""


@dataclass
class Pauses:
    """How many *seconds* some work was told to wait before it asks again, which are not its own."""

    seconds: float = 0.0


PAUSES: ContextVar[Pauses] = ContextVar("PAUSES")


def in_time(work: Callable[[], T], budget: TimeBudget) -> T:
    """
    What *work* gives; TooLate where it takes longer than *budget* has for it, pauses apart, whatever it hangs at.

    Then it is left alone in a thread that ends with the process. What was in vain, too late or not, is spent of the budget.
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
    """What *work* will give, done in a thread that ends with the process."""
    found = Future[T]()
    threading.Thread(target=copy_context().run, args=(settle, found, work), daemon=True).start()
    return found


def settle(found: Future[T], work: Callable[[], T]) -> None:
    """Put into *found* what *work* gives, or what it raises."""
    try:
        found.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it again
        found.set_exception(error)


class Deadline:
    """Of one client, which has one request under way at a time."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._passed = False

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Remember the connection; this is httpx's `trace` extension."""
        if event in CONNECTED and "return_value" in info:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._passed:  # while there was nothing to cut yet
                self._cut()

    @contextlib.contextmanager
    def after(self, seconds: float) -> Iterator[None]:
        """Cut the connection *seconds* after now, unless the block ends before."""
        self._passed = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        """End the connection below TLS, so that whoever reads it is told."""
        self._passed = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                cut(self._socket.fileno())


@contextlib.contextmanager
def cut_after(seconds: float, fileno: int) -> Iterator[None]:
    """Cut the connection behind *fileno* that many seconds after now, unless the block ends before."""
    with contextlib.ExitStack() as ended:
        line = ended.enter_context(socket.socket(fileno=socket.dup(fileno)))  # whoever owns it may close it meanwhile
        timer = threading.Timer(seconds, shut, (line,))
        timer.daemon = True
        timer.start()
        ended.callback(timer.join)
        ended.callback(timer.cancel)
        yield


def cut(fileno: int) -> None:
    """End the connection behind *fileno*, of which its owner is told."""
    with socket.socket(fileno=socket.dup(fileno)) as line:
        shut(line)


def shut(line: socket.socket) -> None:
    """Let nothing come and go by *line* any more; one that is gone already is left so."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
