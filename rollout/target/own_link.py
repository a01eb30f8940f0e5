"""Whether this machine's own link to the target is up: while it is down, missing answers are no evidence about the target."""

import socket
from ipaddress import ip_address

import psutil

from rollout.target.settings import Target

PORTS = {"http": 80, "https": 443}
REACHED_S = 2.0


def is_loopback(host: str) -> bool:
    """Whether *host* is an address that only processes of this machine can reach."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class OwnLink:
    """
    Checks the link by which *target* is reached.

    With a `link_reference` that host must accept or refuse a connection. Without one a local interface with a route to
    the target must be up; this does not notice an interruption beyond the interface.
    """

    def __init__(self, target: Target) -> None:
        self._reference = target.link_reference
        host, port = target.base_url.host or "", target.base_url.port or PORTS[target.base_url.scheme]
        try:
            self._way: object = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        except OSError:
            self._way = None  # a name that does not resolve is no evidence about the link

    @property
    def why(self) -> str:
        """The reason why the link counts as down, in words."""
        return f"{self._reference} does not answer" if self._reference else "no interface has a way to the target"

    def up(self) -> bool:
        """Whether the link is up now."""
        return self._answered(*self._reference.rsplit(":", 1)) if self._reference else self._routed()

    def _answered(self, host: str, port: str) -> bool:
        try:
            socket.create_connection((host, int(port)), REACHED_S).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
        return True

    def _routed(self) -> bool:
        """Whether the kernel has a route to the target by an interface that is up; nothing is sent."""
        if not isinstance(self._way, tuple):
            return True
        family, kind, _, _, address = self._way
        try:
            with socket.socket(family, kind) as line:
                line.connect(address)
                own = line.getsockname()[0]
        except OSError:
            return False
        names = [name for name, each in psutil.net_if_addrs().items() if own in {one.address for one in each}]
        facts = psutil.net_if_stats()
        return not names or any(facts[name].isup for name in names if name in facts)
