"""Whoever asks, the client to the target asks first whether that is allowed, and goes nowhere else."""

from typing import Any

import httpx
import pytest

from rollout.target.answer import expect
from rollout.target.http import Client, ForeignAddress, client_to
from rollout.target.obstacle import NotPermitted
from rollout.target.permission import Guard, ReadOnly, permission_for, purpose
from rollout.target.raw_client import RawClient
from rollout.target.settings import Action
from tests.target.allowed import ADMIN, USER, target_at
from tests.target.hostile import hostile
from xcodereviewer.target import LOGIN

NOWHERE = "http://127.0.0.1:9"
CHANGES = ("POST", "PUT", "PATCH", "DELETE", "TRACE")
SIGN_IN = {"username": USER["user_email"], "password": USER["user_password"]}


@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize("wanted", [None, *Action])
def test_a_request_that_may_change_something_needs_its_permission(method: str, wanted: Action | None) -> None:
    """
    Without one nothing is sent, and the line says where it is given; with every other one neither.
    """
    needed = wanted or Action.WRITE
    others = [each.value for each in Action if each is not needed]
    extensions = purpose(wanted) if wanted else {}
    with hostile() as (address, seen), client_to(target_at(address, *others)) as client:
        with pytest.raises(NotPermitted, match=f"add '{needed.value}' to `allow` in targets/t.toml"):
            client.request(method, "/json", extensions=extensions)
        assert seen == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_read_needs_none(method: str) -> None:
    """
    Whatever it is for, but for a burst, which is heavy whatever its method.
    """
    asked = [permission_for(httpx.Request(method, NOWHERE, extensions=purpose(each))) for each in Action]
    assert [each for each in asked if each] == [Action.RATE_LIMIT]
    ReadOnly().admit(httpx.Request(method, NOWHERE))


@pytest.mark.parametrize("allow", [(), ("write",)])
def test_what_rests_on_the_absence_of_a_defect_needs_probe(allow: tuple[str, ...]) -> None:
    """
    Requests of the raw client, which are meant to be refused; the permission to make test data is not enough.
    """
    with hostile() as (address, seen), client_to(target_at(address, *allow)) as client:
        raw = RawClient(client)
        expect(raw.ask("GET", "/json"))
        with pytest.raises(NotPermitted, match="'probe'"):
            raw.ask("DELETE", "/json")
    assert [method for method, _, _ in seen] == ["GET"]


@pytest.mark.parametrize("form", [SIGN_IN, {"username": ADMIN["admin_email"], "password": ADMIN["admin_password"]}])
def test_the_two_accounts_of_the_target_sign_in(form: dict[str, str]) -> None:
    """
    Without any permission: their work is to read.
    """
    with hostile() as (address, seen), client_to(target_at(address)) as client:
        expect(client.post(LOGIN, data=form))
    assert [path for _, path, _ in seen] == [LOGIN]


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        pytest.param("POST", LOGIN, {"data": {**SIGN_IN, "username": "eve"}}, id="another account"),
        pytest.param("POST", LOGIN, {"data": {**SIGN_IN, "password": "guess"}}, id="another password"),
        pytest.param("POST", LOGIN, {"data": {**SIGN_IN, "scope": "admin"}}, id="another form"),
        pytest.param("POST", LOGIN, {"content": b"\xff\x00"}, id="no form"),
        pytest.param("PUT", LOGIN, {"data": SIGN_IN}, id="another method"),
        pytest.param("POST", "/api/v1/projects", {"data": SIGN_IN}, id="another path"),
        pytest.param("POST", "/onward", {"data": SIGN_IN}, id="a redirect"),
    ],
)
def test_nothing_else_is_taken_for_a_sign_in(method: str, path: str, options: dict[str, Any]) -> None:
    """
    Method, path, form, name and password are those of an account that the target names.
    """
    with hostile() as (address, seen), client_to(target_at(address)) as client:
        with pytest.raises(NotPermitted):
            client.request(method, path, **options)
        assert seen == []


def test_a_client_without_a_target_only_reads() -> None:
    """
    Whoever forgets to say whose client it is, sends nothing that changes anything.
    """
    with Client(NOWHERE) as client, pytest.raises(ValueError, match="make it with client_to"):
        client.post("/json")


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_every_hop_of_a_redirect_is_asked(environment: str) -> None:
    """
    Where something may be written, a redirect on the same origin may too.
    """
    with hostile() as (address, seen), client_to(target_at(address, "write", environment=environment)) as client:
        expect(client.post("/onward"))
    assert [path for _, path, _ in seen] == ["/onward", "/json"]


def test_the_stand_in_allows_everything() -> None:
    """
    It is there to be tried.
    """
    guard = Guard(target_at(NOWHERE).model_copy(update={"environment": "standin"}))
    for each in Action:
        guard.admit(httpx.Request("DELETE", NOWHERE, extensions=purpose(each)))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("{elsewhere}/json", id="another port"),
        pytest.param("//127.0.0.1:4999/json", id="another host without a scheme"),
        pytest.param("json", id="no slash"),
        pytest.param("", id="nothing"),
        pytest.param("@127.0.0.1:4999/json", id="a host behind an at sign"),
        pytest.param("ftp://127.0.0.1/json", id="another scheme"),
    ],
)
def test_a_first_request_leaves_the_target_for_nobody(place: str) -> None:
    """
    An OpenAPI document may name any path: credentials go to the target's origin and nowhere else.
    """
    with hostile() as (elsewhere, seen_there), hostile() as (address, seen), client_to(target_at(address)) as client:
        with pytest.raises(ForeignAddress, match=": not sent, want "):
            client.get(place.format(elsewhere=elsewhere), headers={"Authorization": "Bearer t"})
        assert (seen_there, seen) == ([], [])
