"""No backend behind an address that listens: one cause for all checks, and none of their headlines."""

import asyncio
import ssl
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from rollout.sources.availability import Availability
from rollout.sources.source import SourceError
from rollout.target.deadline import each
from rollout.target.http import Client, LinkDown, NoAnswer, UntrustedHere, client_to
from rollout.target.obstacle import Obstacle
from rollout.target.own_link import OwnLink
from tests.hostile.moods import QUICK
from tests.hostile.server import hostile_server
from tests.target.allowed import target_at
from tests.watch.service import Service
from xcodereviewer.api import Api
from xcodereviewer.fixtures import reachability
from xcodereviewer.fixtures.reachability import expect_backend, expect_listening

SELF_SIGNED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain"
NO_ISSUER = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate"
EXPIRED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired"


@pytest.mark.parametrize("status", [502, 504])
def test_a_proxy_without_a_backend_is_one_obstacle(service: Service, status: int) -> None:
    """
    Its error page says nothing about CORS, headers or input.
    """
    service.answers["/health"] = (status, b"<html>")
    with pytest.raises(Obstacle, match=rf"^the backend does not answer: GET .*/health: got {status}, want"):
        expect_backend(target_at(service.url))


@pytest.mark.parametrize("status", [200, 404, 429, 500, 503])
def test_a_backend_that_says_anything_is_reached(service: Service, status: int) -> None:
    """
    What it says is for the checks of it.
    """
    service.answers["/health"] = (status, {"detail": "no"})
    expect_backend(target_at(service.url))


def test_an_answer_without_measure_is_one() -> None:
    """
    The checks tell what is wrong with it.
    """
    with hostile_server(QUICK["gzip bombs"]) as server:
        expect_backend(target_at(server.address))


async def silent(writer: asyncio.StreamWriter) -> None:
    """No answer."""
    await asyncio.sleep(60)


def test_a_backend_that_hangs_is_one_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It listens, and that is no answer.
    """
    monkeypatch.setattr(reachability, "ANSWER_S", 0.2)
    with hostile_server(silent) as server:
        target = target_at(server.address)
        expect_listening(target)
        with pytest.raises(Obstacle, match=r"^the backend does not answer: GET "):
            expect_backend(target)


def test_an_address_where_nobody_listens_is_named() -> None:
    """
    The run ends there.
    """
    with pytest.raises(Obstacle, match="want something that listens there"):
        expect_listening(target_at("http://127.0.0.1:9"))


@pytest.mark.parametrize("words", [SELF_SIGNED, NO_ISSUER])
def test_a_chain_that_this_machine_cannot_trust_names_the_setting(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without `ca_file` it is no finding of whoever wanted to read something, and no time without the service.
    """

    def refused(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(words, request=request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refused)
    target = target_at("https://127.0.0.1:9")
    with client_to(target) as client, pytest.raises(UntrustedHere, match="trusts no authority") as met:
        client.get("/health")
    assert "`ca_file`" in met.value.way_out
    with pytest.raises(SourceError, match="trusts no authority"):
        Availability(target).sample()


@pytest.mark.parametrize("kept_away", [UntrustedHere(httpx.Request("GET", "https://t/")), LinkDown("no route")])
def test_what_keeps_a_sign_in_away_keeps_its_own_way_out(kept_away: Obstacle, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No password mends a link that is down, nor a certificate that this machine cannot trust; no account is named.
    """

    def refused(self: Client, *given: object, **options: object) -> httpx.Response:
        raise kept_away

    monkeypatch.setattr(Client, "send", refused)
    with client_to(target_at("http://127.0.0.1:9")) as client:
        account = Api(client, "admin@example.com", SecretStr("Adm1n-pass"), way_out="set XCR_ADMIN_PASSWORD")
        with pytest.raises(Obstacle) as met:
            account.get("/projects")
    assert met.value is kept_away


@pytest.mark.parametrize(("words", "own"), [(SELF_SIGNED, True), (EXPIRED, False)])
def test_any_other_refused_certificate_is_no_answer(
    words: str, own: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An authority that is set and does not vouch for it, and a certificate past its time: no setting mends that.
    """

    def refused(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(words, request=request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refused)
    monkeypatch.setattr("rollout.target.http.trust", lambda ca_file: ssl.create_default_context())
    with Client("https://127.0.0.1:9", tmp_path / "ca.pem" if own else None) as client:
        with pytest.raises(AssertionError, match="certificate verify failed") as met:
            client.get("/health")
        assert not isinstance(met.value, Obstacle)


@pytest.mark.parametrize(("up", "kind"), [(True, NoAnswer), (False, LinkDown)])
def test_no_answer_while_the_own_link_is_down_accuses_nobody(
    up: bool, kind: type[AssertionError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The watch, whose clients have a time limit of their own, looks at the link itself.
    """
    monkeypatch.setattr(OwnLink, "up", lambda self: up)
    target = target_at("http://127.0.0.1:9", link_reference="host.example:443")
    with client_to(target) as client, pytest.raises(kind, match=r"^GET|host.example:443 does not answer$"):
        client.get("/health")
    with client_to(target, each(1.0)) as client, pytest.raises(NoAnswer):
        client.get("/health")
