"""Are the doors closed that users have no business at?"""

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from rollout.target.obstacle import needed
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
    opened = [place for place in places if is_open(place)]
    assert not opened, f"got {opened} open from here, want them closed"


def is_open(place: str) -> bool:
    """Whether somebody accepts a connection at *place* (host:port); refused, filtered and unroutable are closed."""
    parts = urlsplit(f"//{place}")
    assert parts.hostname, f"closed_ports: got {place!r}, want host:port"
    assert parts.port, f"closed_ports: got {place!r}, want host:port"
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AssertionError(f"closed_ports: got no address for {parts.hostname!r} ({error}), want one") from None
    return any(accepts(family, address) for family, _, _, _, address in found)


def accepts(family: int, address: tuple[object, ...]) -> bool:
    """Whether one address accepts a connection."""
    with socket.socket(family) as door:
        door.settimeout(CONNECT_S)
        return door.connect_ex(address) == 0
