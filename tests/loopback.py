"""A server on loopback that tolerates closed connections, such as those of clients killed during an answer."""

import sys
from http.server import ThreadingHTTPServer


class LoopbackServer(ThreadingHTTPServer):
    """Ignores closed connections of clients; any other error is printed to stderr as usual."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Print any error other than a closed connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
