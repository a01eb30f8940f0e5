"""Names and what they resolve to."""

import socket

import pytest

from rollout.target import dns_names
from rollout.target.headers import directives, seconds


def test_localhost_is_not_asked_of_dns() -> None:
    """
    It stands for this machine by definition, and is never looked up elsewhere.
    """
    assert dns_names.addresses("localhost", "127.0.0.1:9") & {"127.0.0.1", "::1"}


def test_a_server_that_says_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No answer within the timeout is a complaint that names the question.
    """
    monkeypatch.setattr(dns_names, "TIMEOUT_S", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(AssertionError, match=r"^nobody\.test A: got LifetimeTimeout"):
            dns_names.addresses("nobody.test", f"127.0.0.1:{silent.getsockname()[1]}")


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
