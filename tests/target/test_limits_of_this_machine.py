"""What this machine cannot do, or a check may not wait for, is an obstacle and no defect of the target."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from rollout.target import tls
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle
from rollout.target.tls import Endpoint
from smoke import test_certificates as certificates
from smoke import test_rate_limit as rate_limit
from tests.target.allowed import target_at

AT = Endpoint("127.0.0.1", 9)


@pytest.fixture
def listening() -> Iterator[Endpoint]:
    """A port of this machine that accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield Endpoint("127.0.0.1", door.getsockname()[1])


def nothing(version: ssl.TLSVersion) -> ssl.SSLContext:
    """A context in which no protocol is left to propose."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2
    return context


def test_a_protocol_that_this_machine_cannot_propose_is_an_obstacle(
    listening: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Nobody learned what the endpoint would have said.
    """
    monkeypatch.setattr(tls, "only", nothing)
    with pytest.raises(Obstacle, match="this machine cannot propose TLSv1: no protocols available") as told:
        tls.speaks(listening, ssl.TLSVersion.TLSv1)
    assert "OpenSSL" in told.value.way_out


def half(at: Endpoint, version: ssl.TLSVersion) -> bool:
    """An endpoint that speaks TLS 1.1, asked by a machine that cannot propose TLS 1.0."""
    if version is ssl.TLSVersion.TLSv1:
        raise Obstacle("this machine cannot propose TLSv1: no protocols available")
    return True


def test_an_old_protocol_that_is_spoken_accuses_beside_one_that_could_not_be_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    What was seen goes before what was not.
    """
    monkeypatch.setattr(certificates, "speaks", half)
    with pytest.raises(AssertionError, match=r"^old protocols: got \['127\.0\.0\.1:9 TLSv1_1'\], want none") as told:
        certificates.test_old_protocols_are_refused([AT])
    assert not isinstance(told.value, Obstacle)


def test_where_one_protocol_could_not_be_tried_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Though the other one is refused.
    """
    monkeypatch.setattr(certificates, "speaks", lambda at, version: half(at, version) and False)
    with pytest.raises(Obstacle, match="cannot propose TLSv1"):
        certificates.test_old_protocols_are_refused([AT])


@dataclass
class Held(rate_limit.Eager):
    """Somebody who is held off at the second request, and told to come back after *rest*."""

    rest: str = ""
    record: dict[str, object] = field(default_factory=dict)

    def ask(self) -> httpx.Response:
        """The next answer."""
        self.asked += 1
        request = httpx.Request("GET", f"http://t{rate_limit.PATH}")
        if self.asked == 1:
            return httpx.Response(200, request=request)
        return httpx.Response(429, headers={"Retry-After": self.rest} if self.rest else {}, request=request)

    def checked(self) -> None:
        """Run the check of the rate limit."""
        target = target_at("http://127.0.0.1:9")
        rate_limit.test_too_many_requests_are_held_off_and_service_returns(target, self, self.record.__setitem__)


def test_a_rest_longer_than_a_check_waits_is_an_obstacle() -> None:
    """
    The limiter holds off, and says for how long; that service returns was not seen.
    """
    with Client("http://127.0.0.1:9") as client, pytest.raises(Obstacle, match="retry-after: got '600', longer than"):
        Held(client, {}, rest="600").checked()


@pytest.mark.parametrize("rest", ["", "0", "86400"])
def test_a_rest_that_is_none_or_a_day_accuses(rest: str) -> None:
    """
    The API publishes a limit by the minute and one by the hour.
    """
    with Client("http://127.0.0.1:9") as client, pytest.raises(AssertionError, match="want seconds") as told:
        Held(client, {}, rest=rest).checked()
    assert not isinstance(told.value, Obstacle)


def test_a_target_without_https_has_no_certificate_to_look_at() -> None:
    """
    Addresses of this machine may be plain: the way out names the setting, and nothing is called broken.
    """
    plain = target_at("http://127.0.0.1:9", frontend_url="http://127.0.0.1:9")
    with pytest.raises(Obstacle, match="names no https URL") as told:
        certificates.test_the_certificate_is_trusted(plain)
    assert "`frontend_url` in targets/t.toml" in told.value.way_out


def test_a_plain_address_of_another_machine_is_a_defect() -> None:
    """
    What leaves this machine has to be encrypted.
    """
    plain = target_at("http://127.0.0.1:9", frontend_url="http://elsewhere.example")
    with pytest.raises(AssertionError, match="want https") as told:
        certificates.test_the_certificate_is_trusted(plain)
    assert not isinstance(told.value, Obstacle)
