"""Listening sockets on 127.0.0.1, below the range from which the kernel takes ports for outgoing connections."""

import random
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from standin.errors import StartError

HOST = "127.0.0.1"
LOWEST, HIGHEST = 20_000, 32_000
ATTEMPTS = 200


def listen(port: int) -> socket.socket:
    """A listening socket on exactly *port*."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
        sock.listen(2048)
    except OSError:
        sock.close()
        raise
    return sock


def listen_udp(port: int) -> socket.socket:
    """A UDP socket on exactly *port*."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.close()
        raise
    return sock


def listen_anywhere(listen_on: Callable[[int], socket.socket] = listen) -> socket.socket:
    """A listening socket on a free port."""
    for _ in range(ATTEMPTS):
        try:
            return listen_on(random.randint(LOWEST, HIGHEST))
        except OSError:
            continue
    raise StartError(f"no free port between {LOWEST} and {HIGHEST} in {ATTEMPTS} attempts")


def free_port() -> int:
    """A port that was free a moment ago, for servers that bind it themselves."""
    with listen_anywhere() as sock:
        return port_of(sock)


def port_of(sock: socket.socket) -> int:
    """The port *sock* listens on."""
    return int(sock.getsockname()[1])


def port_in(url: str) -> int:
    """The port that *url* names."""
    port = urlsplit(url).port
    if port is None:
        raise ValueError(f"no port in {url!r}")
    return port
