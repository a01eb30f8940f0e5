"""The addresses of public names, from DNS itself: users do not see the hosts file of this machine."""

import socket
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from pydantic import AnyHttpUrl

from rollout.target.obstacle import Obstacle

TIMEOUT_S = 5.0
WAY_OUT = "set `dns_server` in the target's file to a name server that answers this machine"
KINDS = ("A", "AAAA")


class Untold(Obstacle):
    """No server tells the addresses of a kind; *found* has those of the other kind, by the name."""

    def __init__(self, cause: str, found: dict[str, set[str]]) -> None:
        super().__init__(cause, WAY_OUT)
        self.found = found


def addresses(name: str, server: str | None = None) -> set[str]:
    """Every address of *name*; AssertionError where it has none, Obstacle where nobody tells."""
    found = of_this_machine(name) if is_localhost(name) else asked(name, resolver(server))
    assert found, f"{name}: got no address, want at least one"
    return found


def unexpected(found: Mapping[str, set[str]], want: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Name → the addresses *found* that are not among those in *want*, for each name that has any."""
    return {name: sorted(got - set(want[name])) for name, got in found.items() if got - set(want[name])}


def is_localhost(name: str) -> bool:
    """Whether a name is `localhost` or below it (RFC 6761): such names are not resolved by DNS."""
    return name.lower().rstrip(".").rpartition(".")[2] == "localhost"


def of_this_machine(name: str) -> set[str]:
    """The addresses of *name* from the operating system; Obstacle if there are none."""
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(name, None, proto=socket.IPPROTO_TCP)}
    except OSError as error:
        raise Obstacle(f"{name}: got {error.strerror or error} on this machine, want an address") from None


def resolver(server: str | None) -> dns.resolver.Resolver:
    """A resolver for *server* (host:port), or for the name servers of this machine; Obstacle if there is none."""
    try:
        made = dns.resolver.Resolver(configure=server is None)
        if server is not None:
            parts = urlsplit(f"//{server}")
            made.nameservers = [parts.hostname or ""]
            made.port = parts.port or 53
    except dns.resolver.NoResolverConfiguration:
        raise Obstacle("DNS: got no resolver on this machine, want one", WAY_OUT) from None
    except ValueError:
        raise Obstacle(f"dns_server: got {server!r}, want the address of a name server and its port", WAY_OUT) from None
    made.lifetime = TIMEOUT_S
    return made


def asked(name: str, by: dns.resolver.Resolver) -> set[str]:
    """
    The addresses of *name* in DNS; AssertionError if there is no such name, Untold if no server tells those of a kind.
    """
    found, untold = set[str](), ""
    for kind in KINDS:
        try:
            found |= {record.to_text() for record in by.resolve(name, kind, search=False)}
        except dns.resolver.NoAnswer:
            continue
        except dns.resolver.NXDOMAIN as error:
            raise AssertionError(f"{name} {kind}: got {type(error).__name__}: {error}, want an address") from None
        except dns.exception.DNSException as error:
            untold = untold or f"{name} {kind}: got {type(error).__name__}: {error}, want an answer"
    if untold:
        raise Untold(untold, {name: found} if found else {})
    return found


def names_in(urls: Iterable[AnyHttpUrl]) -> set[str]:
    """The host names in *urls*, addresses left out."""
    hosts = {url.host or "" for url in urls}
    return {host for host in hosts if not is_address(host)}


def is_address(host: str) -> bool:
    """Whether a host is an address rather than a name."""
    return ":" in host or host.replace(".", "").isdigit()
