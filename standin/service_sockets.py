"""The listening sockets of a stand-in's services, opened here and inherited by the services."""

import socket

from standin.ports import listen, listen_anywhere, listen_udp, port_of

FRONTEND_SOCKETS = ("frontend", "frontend_http", "operations")


class ServiceSockets:
    """A socket for each of *apps*, and with *frontend* those of its process; *ports* are their ports."""

    def __init__(self, apps: list[str], frontend: bool) -> None:
        names = [*apps, *(FRONTEND_SOCKETS if frontend else ())]
        self._opened = {name: listen_anywhere() for name in names}
        if frontend:
            self._opened["dns"] = listen_anywhere(listen_udp)
        self.ports = {name: port_of(sock) for name, sock in self._opened.items()}

    def take(self, name: str) -> socket.socket:
        """A service's socket, to be closed here after the service has started: a dead service must refuse connections."""
        reopen = listen_udp if name == "dns" else listen
        return self._opened.pop(name, None) or reopen(self.ports[name])
