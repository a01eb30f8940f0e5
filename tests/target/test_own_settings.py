"""A setting that is wrong here accuses nobody there: it is an obstacle that names the setting."""

import socket
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from rollout.target.http import Client
from rollout.target.obstacle import NotConfigured, Obstacle
from rollout.target.token_client import TokenClient
from smoke import test_firewall as firewall
from smoke import test_flags as flags
from smoke import test_secrets as secrets
from tests.target.allowed import target_at
from tests.watch.service import Service

FLAGS = "/config.json"
UNKNOWN = "no-such-host.invalid:5432"


def flags_seen(service: Service) -> dict[str, object]:
    """What the check of the flags records of that frontend."""
    told: dict[str, object] = {}
    with Client(service.url) as frontend:
        target = target_at(service.url, flags_path=FLAGS)
        flags.test_every_flag_of_the_frontend_is_off(frontend, target, "17", told.__setitem__)
    return told


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((404, {}), id="nothing is there"),
        pytest.param((200, b"<!doctype html><title>the application</title>"), id="a page for people is there"),
    ],
)
def test_flags_that_are_told_elsewhere_are_a_missing_setting(service: Service, answer: tuple[int, object]) -> None:
    """
    Where a frontend tells its flags is not published.
    """
    service.answers[FLAGS] = answer
    with pytest.raises(NotConfigured, match=r"set `flags_path` in targets/t\.toml"):
        flags_seen(service)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ((200, {"USE_BACKEND_API": True}), "got 'USE_BACKEND_API', want nothing"),
        ((200, {"flags": {}}), "/config.json: got flags"),
        ((500, {}), "got 500, want 200"),
    ],
)
def test_flags_that_are_on_accuse(service: Service, answer: tuple[int, object], complaint: str) -> None:
    """
    So do a path that breaks and a document without the flag.
    """
    service.answers[FLAGS] = answer
    with pytest.raises(AssertionError, match=complaint) as told:
        flags_seen(service)
    assert not isinstance(told.value, Obstacle)


def test_flags_that_are_off_are_seen(service: Service) -> None:
    """
    At the path of the target's file.
    """
    service.answers[FLAGS] = (200, {"USE_BACKEND_API": False})
    assert flags_seen(service) == {"flags.seen_count": 1, "flags.on_count": 0}


def ports_seen(*ports: str) -> None:
    """Look at *ports*, which should be closed."""
    firewall.test_inner_ports_are_closed_from_here(
        target_at("http://127.0.0.1:9", closed_ports=ports), dict[str, object]().__setitem__
    )


@pytest.fixture
def open_port() -> Iterator[str]:
    """A port of this machine that accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield f"127.0.0.1:{door.getsockname()[1]}"


def test_a_host_without_an_address_is_an_obstacle() -> None:
    """
    Nobody looked at its port, so nobody knows that it is closed.
    """
    ports_seen("127.0.0.1:9")
    with pytest.raises(Obstacle, match=r"got no address for \['no-such-host.invalid:5432'\]") as told:
        ports_seen("127.0.0.1:9", UNKNOWN)
    assert "`closed_ports` in targets/t.toml" in told.value.way_out


def test_an_open_port_is_told_beside_a_host_without_an_address(open_port: str) -> None:
    """
    What was seen goes before what was not.
    """
    with pytest.raises(AssertionError, match=f"^got \\['{open_port}'\\] open from here, want them closed") as told:
        ports_seen(UNKNOWN, open_port)
    assert not isinstance(told.value, Obstacle)


def test_a_rotation_that_the_backend_tells_in_other_words_is_an_obstacle() -> None:
    """
    The form in which it tells one is not published.
    """
    target = target_at("http://127.0.0.1:9")
    with pytest.raises(Obstacle, match="the backend's secrets_rotated_at: got 'yesterday', want an ISO date"):
        secrets.test_all_secrets_are_young_enough(target, ["yesterday"], dict[str, object]().__setitem__)
    with pytest.raises(AssertionError, match="want one within") as told:
        secrets.test_all_secrets_are_young_enough(target, ["2020-01-01"], dict[str, object]().__setitem__)
    assert not isinstance(told.value, Obstacle)


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_not_accepted_is_an_obstacle(service: Service, status: int) -> None:
    """
    It names its variable; without a token the setting is missing.
    """
    service.answers["/api/health"] = (status, {})
    wrong = target_at(service.url, grafana_token=SecretStr("s3cret-token"))
    with TokenClient(wrong, service.url, "grafana_token") as client, pytest.raises(Obstacle) as told:
        client.get("/api/health")
    assert str(told.value) == f"GET {service.url}/api/health: got {status} with the token of the target"
    assert told.value.way_out.startswith("check XCR_GRAFANA_TOKEN in the environment")
    with TokenClient(target_at(service.url), service.url, "grafana_token") as client, pytest.raises(NotConfigured):
        client.get("/api/health")
