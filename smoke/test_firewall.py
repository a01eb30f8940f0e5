"""Are the doors closed that users have no business at?"""

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from rollout.target.obstacle import Obstacle, needed, place
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.promise("plan: Firewall rules configured")
Record = Callable[[str, object], None]
CONNECT_S = 2.0


@pytest.mark.criterion("firewall-configured")
def test_inner_ports_are_closed_from_here(reachable: XcrTarget, record_property: Record) -> None:
    """
    Nobody can connect from here to the ports that the target wants closed, while its API can be reached.
    """
    places = needed(reachable, "closed_ports")
    record_property("closed_ports_count", len(places))
    found = {port: addresses(port) for port in places}
    opened = [port for port, known in found.items() if any(accepts(*one) for one in known)]
    assert not opened, f"got {opened} open from here, want them closed"
    if unknown := [port for port, known in found.items() if not known]:
        way_out = f"check {place(reachable, 'closed_ports')}, and the name servers of this machine"
        raise Obstacle(f"closed_ports: got no address for {unknown}, so nobody looked there", way_out)


def addresses(port: str) -> list[tuple[int, tuple[object, ...]]]:
    """Family and address of each way to a *port* (host:port); none where its host has no address."""
    parts = urlsplit(f"//{port}")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [(family, address) for family, _, _, _, address in found]


def accepts(family: int, address: tuple[object, ...]) -> bool:
    """Whether one address accepts a connection; refused, filtered and unroutable ones do not."""
    with socket.socket(family) as door:
        door.settimeout(CONNECT_S)
        return door.connect_ex(address) == 0
