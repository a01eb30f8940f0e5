"""Is the way to the target encrypted, by a certificate that lasts, and only in that way?"""

from collections.abc import Callable
from itertools import product
from urllib.parse import urlsplit

import pytest

from rollout.target.answer import expect
from rollout.target.http import client_at
from rollout.target.obstacle import Obstacle, Untried, needed, place
from rollout.target.tls import OLD, Endpoint, certificate, days_left, endpoint, speaks, trusted_protocol
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("certificates-installed"), pytest.mark.promise("plan: SSL certificates installed")]
Record = Callable[[str, object], None]
MODERN = ("TLSv1.2", "TLSv1.3")
MOVED = (301, 302, 307, 308)
LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]")


@pytest.fixture
def endpoints(target: XcrTarget) -> list[Endpoint]:
    """Wherever the target speaks TLS."""
    return encrypted(target)


def encrypted(target: XcrTarget) -> list[Endpoint]:
    """The endpoints of frontend and API that are addressed by HTTPS; Obstacle if the target names none."""
    urls = [url for url in (needed(target, "frontend_url"), target.base_url) if url.scheme == "https"]
    if not urls:
        way_out = f"set {place(target, 'frontend_url')} to the address that users type, which begins with https"
        raise Obstacle(f"target {target.name!r} names no https URL, so no certificate was looked at", way_out)
    return list(dict.fromkeys(map(endpoint, urls)))


def test_the_certificate_is_trusted(target: XcrTarget) -> None:
    """
    Chain, host name and dates of each certificate satisfy a careful client, and no address leaves this machine without one.
    """
    urls = [url for url in (target.frontend_url, target.base_url) if url is not None]
    plain = [str(url) for url in urls if url.scheme != "https" and url.host not in LOOPBACK]
    assert not plain, f"target {target.name!r}: got {plain}, want https"
    for at in encrypted(target):
        assert trusted_protocol(at, target.ca_file)


def test_the_certificate_lasts(target: XcrTarget, endpoints: list[Endpoint], record_property: Record) -> None:
    """
    No certificate ends within the days that the target wants to have left.
    """
    left = {str(at): round(days_left(certificate(at)), 1) for at in endpoints}
    record_property("certificate.days_left", min(left.values()))
    assert min(left.values()) >= target.certificate_min_days, (
        f"days left: got {left}, want {target.certificate_min_days} at least"
    )


def test_the_protocol_is_modern(target: XcrTarget, endpoints: list[Endpoint], record_property: Record) -> None:
    """
    A client and each endpoint agree on TLS 1.2 or newer.
    """
    agreed = {str(at): trusted_protocol(at, target.ca_file) for at in endpoints}
    record_property("tls.protocol", ", ".join(sorted(set(agreed.values()))))
    assert set(agreed.values()) <= set(MODERN), f"protocol: got {agreed}, want {' or '.join(MODERN)}"


def test_old_protocols_are_refused(endpoints: list[Endpoint]) -> None:
    """
    No endpoint agrees to TLS 1.0 or 1.1.
    """
    spoken: list[str] = []
    untried = Untried()
    for at, version in product(endpoints, OLD):
        with untried:
            spoken += [f"{at} {version.name}"] if speaks(at, version) else []
    assert not spoken, f"old protocols: got {spoken}, want none"
    untried.tell()


def test_plain_http_leads_to_https(target: XcrTarget) -> None:
    """
    Whoever comes by plain HTTP is sent to the same host by HTTPS.
    """
    plain = needed(target, "frontend_http_url")
    with client_at(target, str(plain)) as client:
        said = expect(client.get("/"), *MOVED).headers.get("location", "")
    onward = urlsplit(said)
    assert onward.scheme == "https", f"location: got {said!r}, want https"
    assert onward.hostname == plain.host, f"location: got {said!r}, want the same host"
