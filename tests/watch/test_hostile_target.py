"""The monitor and a hostile target: a sample in time and of a known size, whatever comes; nothing to strangers."""

from typing import Any

import pytest

from rollout.evidence.records import Sample
from rollout.sources.registry import metric
from rollout.watch.sampler import Sampler
from tests.hostile.moods import QUICK, SLOW, elsewhere, endless_headers
from tests.hostile.server import hostile_server
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

AVAILABLE = "service.available_percent"
POOL = "database.connections_percent"
ADMIN = {"admin_email": "a@example.com", "admin_password": "Zq7-not-to-be-seen"}
MOODS = {**QUICK, **SLOW, "endless headers": endless_headers}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait of 3 s is one of a moment here."""
    monkeypatch.setattr("rollout.sources.availability.TIMEOUT_S", 0.3)
    monkeypatch.setattr("xcodereviewer.sources.admin_client.TIMEOUT_S", 0.3)


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("30 MB", "got more than 100 KiB"),
        ("gzip bombs", "got more than 100 KiB"),
        ("dripping bodies", "no end of the answer in 0.3 s"),
        ("dripping headers", "no end of the answer in 0.3 s"),
        ("hints", "no end of the answer in 0.3 s"),
        ("silence", "no end of the answer in 0.3 s"),
        ("endless headers", "RemoteProtocolError"),
        ("resets", "ReadError"),
    ],
)
def test_a_target_without_a_whole_answer_is_down(mood: str, said: str) -> None:
    """
    A drip, a flood or a bomb in place of readiness is no answer, and the sample says which.
    """
    sample = looked(mood, AVAILABLE)
    assert (sample.value, sample.error) == (0, "")
    assert sample.text.startswith("no answer: GET http://127.0.0.1:")
    assert said in sample.text


@pytest.mark.parametrize(
    "mood", ["30 MB", "gzip bombs", "dripping bodies", "deep JSON", "NaN", "lists", "invalid UTF-8"]
)
def test_a_level_that_cannot_be_read_is_an_error_of_its_source(mood: str) -> None:
    """
    It accuses nobody, and the next sample is taken anew.
    """
    sample = looked(mood, POOL)
    assert sample.value is None
    assert sample.error
    assert ADMIN["admin_password"] not in sample.error


@pytest.mark.parametrize("name", [AVAILABLE, POOL])
def test_no_credentials_follow_a_redirect_to_a_stranger(name: str) -> None:
    """
    A probe stays on its origin.
    """
    with hostile_server(QUICK["null"]) as elsewhere_server:
        with hostile_server(elsewhere(elsewhere_server.address)) as server:
            of(server.address, name).look()
            assert server.seen
        assert elsewhere_server.seen == []


def test_no_probe_goes_by_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A proxy of the machine would answer in the target's place, and read its tokens.
    """
    with hostile_server(QUICK["null"]) as proxy, hostile_server(QUICK["null"]) as server:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.address)
        of(server.address, AVAILABLE).look()
        assert (len(server.seen), proxy.seen) == (1, [])


def looked(mood: str, name: str) -> Sample:
    """One sample of the metric *name* of a target in that *mood*."""
    with hostile_server(MOODS[mood]) as server:
        (sample,) = of(server.address, name).look().values()
        return sample


def of(address: str, name: str) -> Sampler:
    """What samples one metric of the target at *address*."""
    facts: dict[str, Any] = {"name": "t", "environment": "staging", "base_url": address, **ADMIN}
    return Sampler(XcrTarget.model_validate(facts), [metric(name)], SUITE.release)


def test_a_watch_whose_own_link_is_down_accuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No answer while the reference is silent too is an error of the probe, not an outage.
    """
    monkeypatch.setattr("rollout.target.own_link.OwnLink.up", lambda _self: False)
    sample = looked("resets", AVAILABLE)
    assert sample.value is None
    assert sample.error == "this machine's own link is down: no interface has a way to the target"
