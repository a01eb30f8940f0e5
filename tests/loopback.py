"""A server on loopback whose clients may hang up: a process that was killed in the middle of an answer is no news."""

import sys
from http.server import ThreadingHTTPServer


class LoopbackServer(ThreadingHTTPServer):
    """Says nothing of clients that are gone; any other error is told on stderr as ever."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Tell of what is no client that hung up."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
