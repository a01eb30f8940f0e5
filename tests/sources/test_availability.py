"""A probe that failed says why."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rollout.sources.availability import PROBE, Availability
from rollout.sources.source import Closing, SourceError
from rollout.target.http import UntrustedHere
from tests.watch.service import Service, serving
from xcodereviewer.sources.database_pool import DatabasePool
from xcodereviewer.sources.error_log import ErrorLog
from xcodereviewer.target import XcrTarget


@pytest.fixture
def service() -> Iterator[Service]:
    """A healthy service on this machine."""
    with serving(Service()) as running:
        yield running


def probed(url: str) -> tuple[float | None, str]:
    """Value and words of one probe."""
    target = XcrTarget.model_validate({"name": "x", "environment": "staging", "base_url": url})
    sample = Availability(target).sample()[PROBE]
    return sample.value, sample.text


@pytest.mark.parametrize("kind", [Availability, DatabasePool, ErrorLog])
def test_a_source_gives_its_connections_back(service: Service, kind: type[Any]) -> None:
    """
    When nobody samples it any more, and before it is built anew: a watch of days opens no more of them than it needs.
    """
    facts = {"admin_email": "admin@example.com", "admin_password": "secret"}
    target = XcrTarget.model_validate({"name": "x", "environment": "staging", "base_url": service.url, **facts})
    assert isinstance(kind(target), Closing)
    source = kind(target)
    source.close()
    with pytest.raises(RuntimeError, match="closed"):
        source.sample()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param((200, {"status": "degraded"}), '"degraded"', id="it is degraded"),
        pytest.param((503, {"detail": "no database"}), "no database", id="503"),
        pytest.param((200, b""), "an empty answer", id="it says nothing"),
    ],
)
def test_a_failed_probe_says_what_the_target_said(service: Service, answer: tuple[int, Any], words: str) -> None:
    """
    Not ready is told with status and words, never as a quick 200 alone.
    """
    service.answers["/ready"] = answer
    value, text = probed(service.url)
    assert value == 0
    assert text.startswith(f"not ready: {answer[0]} in ")
    assert words in text


def test_a_probe_that_the_rate_limiter_holds_off_is_no_sample(service: Service) -> None:
    """
    Neither ready nor down: nothing was learnt of the service.
    """
    service.answers["/ready"] = (429, {"detail": "too many"})
    with pytest.raises(SourceError, match=r"^the rate limiter is in the way: GET /ready: got 429$"):
        probed(service.url)


def test_no_answer_is_told_as_such() -> None:
    """
    Nobody listens.
    """
    value, text = probed("http://127.0.0.1:9")
    assert (value, text.partition(":")[0]) == (0, "no answer")


def test_a_certificate_that_replaced_a_trusted_one_is_no_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Every browser is shut out then; one that this machine never trusted says nothing of the target.
    """

    def untrusted(*_: object, **__: object) -> None:
        raise UntrustedHere(httpx.Request("GET", service.url))

    target = XcrTarget.model_validate({"name": "x", "environment": "staging", "base_url": service.url})
    never, once = Availability(target), Availability(target)
    once.sample()
    for source in (never, once):
        monkeypatch.setattr(source._client, "get", untrusted)
    assert once.sample()[PROBE].value == 0
    with pytest.raises(SourceError, match="trusts no authority"):
        never.sample()
