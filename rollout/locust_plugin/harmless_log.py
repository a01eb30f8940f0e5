"""Clean the log of locust and gevent of secrets and control characters: a traceback can quote the target."""

import logging
import sys

import gevent

from rollout.target.message import harmless

LOGGERS = ("", "locust", "locust.stats_logger")


class HarmlessFormatter(logging.Formatter):
    """Cleans the text that *inner* makes of a record."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record, with the traceback of its exception."""
        return harmless(self._inner.format(record))


class HarmlessStream:
    """A stream for the tracebacks of greenlets."""

    def write(self, text: str) -> None:
        """Write *text* to the error output, cleaned."""
        sys.stderr.write(harmless(text))

    def flush(self) -> None:
        """Flush the error output."""
        sys.stderr.flush()


def keep_log_harmless() -> None:
    """Clean the log and tracebacks of this process from now on; to be called after locust has set up its log."""
    for handler in {handler for name in LOGGERS for handler in logging.getLogger(name).handlers}:
        if not isinstance(handler.formatter, HarmlessFormatter):
            handler.setFormatter(HarmlessFormatter(handler.formatter or logging.Formatter()))
    gevent.get_hub().exception_stream = HarmlessStream()
