"""Cuts an answer that takes too long, wherever it hangs: no read time-out ends headers that come byte by byte, nor a frozen database."""

import contextlib
import math
import socket
import threading
from collections.abc import Iterator
from typing import Any

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
