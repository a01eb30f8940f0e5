"""Whether silence is the target's or this machine's own."""

import socket
from collections.abc import Iterator

import pytest

from rollout.target.own_link import OwnLink
from xcodereviewer.target import XcrTarget

ELSEWHERE = "http://192.0.2.1:8000"  # reserved for documentation


def link(base_url: str, reference: str | None = None) -> OwnLink:
    """The link to a target."""
    facts = {"name": "t", "environment": "staging", "base_url": base_url, "link_reference": reference}
    return OwnLink(XcrTarget.model_validate(facts))


@pytest.fixture
def reference() -> Iterator[str]:
    """Somebody who takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_reference_that_answers_shows_the_link(reference: str) -> None:
    """
    A connection is an answer.
    """
    assert link(ELSEWHERE, reference).up()


def test_a_refusal_is_an_answer() -> None:
    """
    Who refuses is there.
    """
    assert link(ELSEWHERE, "127.0.0.1:9").up()


@pytest.mark.parametrize("error", [TimeoutError(), OSError(101, "Network is unreachable"), socket.gaierror(-3, "")])
def test_a_reference_that_cannot_be_reached_shows_that_it_is_down(
    error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No answer, no way, no name.
    """

    def fails(*_: object) -> socket.socket:
        raise error

    monkeypatch.setattr(socket, "create_connection", fails)
    cut = link(ELSEWHERE, "reference.example:443")
    assert not cut.up()
    assert cut.why == "reference.example:443 does not answer"


def test_this_machine_always_reaches_itself() -> None:
    """
    A target on loopback needs no link.
    """
    assert link("http://127.0.0.1:9").up()


def test_an_interface_that_is_down_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without a reference the interface by which the target is reached has to be up.
    """
    here = link("http://127.0.0.1:9")
    facts = type("Facts", (), {"isup": False})
    monkeypatch.setattr("psutil.net_if_stats", lambda: {"lo": facts})
    assert not here.up()
    assert here.why == "no interface has a way to the target"


def test_a_name_that_nobody_knows_excuses_nobody() -> None:
    """
    It may as well be a mistake in the target file.
    """
    assert link("http://no-such-host.invalid").up()
