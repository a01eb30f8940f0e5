"""Do all kinds of answers tell browsers to be careful?"""

from collections.abc import Callable

import httpx
import pytest

from rollout.target.answer import expect
from rollout.target.http import Client
from rollout.target.raw_client import RawClient
from xcodereviewer.api import API, Api

pytestmark = pytest.mark.criterion("headers-set")
Record = Callable[[str, object], None]
LONG = "x" * 20_000


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/health", 200, id="success"),
        pytest.param("GET", f"{API}/auth/me", 401, id="refusal"),
        pytest.param("GET", f"{API}/rollout-no-such-path", 404, id="not found"),
        pytest.param("GET", f"{API}/auth/login", 405, id="wrong method"),
        pytest.param("GET", f"{API}/projects?page=rollout", 422, id="invalid input"),
    ],
)
def test_answers_of_the_api_bear_security_headers(
    method: str, path: str, status: int, reader: Api, raw_client: RawClient, record_property: Record
) -> None:
    """
    An answer of this kind forbids guessing types, framing, leaking addresses and running anything.
    """
    token = reader.tokens.access_token.get_secret_value() if status == 422 else None
    answer = raw_client.ask(method, path, token)
    record_property("answer.status", answer.status_code)
    expect(answer, status, 401, 403, 404)
    assert not lacking(answer), f"{method} {path}: got no {', '.join(lacking(answer))}"


@pytest.mark.parametrize("path", ["/", "/rollout-no-such-path"])
def test_pages_bear_security_headers(path: str, frontend: Client) -> None:
    """
    So do the pages of the frontend, those that are not there included.
    """
    answer = frontend.get(path)
    assert not lacking(answer), f"GET {path} of the frontend: got no {', '.join(lacking(answer))}"


def test_answers_do_not_name_the_software(raw_client: RawClient) -> None:
    """
    No answer gives away version numbers of what serves it.
    """
    said = raw_client.ask("GET", "/health").headers
    told = {name: said[name] for name in ("server", "x-powered-by", "x-aspnet-version") if name in said}
    assert not any(character.isdigit() for value in told.values() for character in value), f"got {told}"


def lacking(answer: httpx.Response) -> list[str]:
    """The protections that an answer does not ask for."""
    headers = answer.headers
    policy = {name: f"{name} {value}" for name, value in policies(headers.get("content-security-policy", "")).items()}
    asked_for = {
        "x-content-type-options: nosniff": headers.get("x-content-type-options", "").lower() == "nosniff",
        "protection from framing": headers.get("x-frame-options", "").upper() in ("DENY", "SAMEORIGIN")
        or "frame-ancestors" in policy,
        "referrer-policy": "referrer-policy" in headers,
        "content-security-policy": "default-src" in policy,
    }
    return [name for name, there in asked_for.items() if not there]


def policies(value: str) -> dict[str, str]:
    """The directives of a content security policy."""
    parts = (part.strip().partition(" ") for part in value.split(";") if part.strip())
    return {name.lower(): given for name, _, given in parts}
