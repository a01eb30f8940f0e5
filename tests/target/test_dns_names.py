"""Names and what they resolve to."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import pytest

from rollout.target import dns_names
from rollout.target.headers import directives, seconds
from rollout.target.obstacle import Obstacle


def test_localhost_is_not_asked_of_dns() -> None:
    """
    It stands for this machine by definition, and is never looked up elsewhere.
    """
    assert dns_names.addresses("localhost", "127.0.0.1:9") & {"127.0.0.1", "::1"}


def test_a_server_that_says_nothing_is_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No answer within the timeout says nothing of the name; the question is told.
    """
    monkeypatch.setattr(dns_names, "TIMEOUT_S", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(Obstacle, match=r"^nobody\.test A: got LifetimeTimeout") as told:
            dns_names.addresses("nobody.test", f"127.0.0.1:{silent.getsockname()[1]}")
    assert "dns_server" in told.value.way_out


@contextmanager
def name_server(rcode: dns.rcode.Rcode) -> Iterator[str]:
    """A name server on this machine that answers every question with *rcode*."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            """Answer one question."""
            data, door = self.request
            answer = dns.message.make_response(dns.message.from_wire(data))
            answer.set_rcode(rcode)
            door.sendto(answer.to_wire(), self.client_address)

    with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def test_a_name_that_is_not_there_accuses() -> None:
    """
    The name server says so itself.
    """
    with name_server(dns.rcode.NXDOMAIN) as server, pytest.raises(AssertionError, match="got NXDOMAIN") as told:
        dns_names.addresses("nobody.test", server)
    assert not isinstance(told.value, Obstacle)


def test_a_server_that_fails_is_an_obstacle() -> None:
    """
    Whether there is such a name it does not tell.
    """
    with name_server(dns.rcode.SERVFAIL) as server, pytest.raises(Obstacle, match="got NoNameservers"):
        dns_names.addresses("nobody.test", server)


@pytest.mark.parametrize("server", ["ns.example:53", "127.0.0.1:x"])
def test_a_name_server_without_an_address_is_an_obstacle(server: str) -> None:
    """
    The setting is named.
    """
    with pytest.raises(Obstacle, match=f"^dns_server: got '{server}'"):
        dns_names.addresses("nobody.test", server)


@pytest.mark.parametrize(("host", "is_one"), [("127.0.0.1", True), ("::1", True), ("api.example", False)])
def test_addresses_are_told_from_names(host: str, is_one: bool) -> None:
    """
    Only names are asked of DNS.
    """
    assert dns_names.is_address(host) is is_one


@pytest.mark.parametrize(
    ("header", "age"),
    [
        pytest.param("public, max-age=60", 60, id="a cache"),
        pytest.param('max-age="31536000"; includeSubDomains', 31536000, id="transport security"),
        pytest.param("max-age=-1", 0, id="a negative number"),
        pytest.param("max-age=ever", 0, id="no number"),
        pytest.param("no-store", 0, id="nothing of the kind"),
    ],
)
def test_an_age_is_a_number_of_seconds_or_none(header: str, age: int) -> None:
    """
    Anything but a plain number counts as no age at all.
    """
    assert seconds(directives(header), "max-age") == age
