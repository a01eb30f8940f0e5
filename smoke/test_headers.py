"""Do all kinds of answers tell browsers to be careful?"""

from collections.abc import Callable

import httpx
import pytest

from rollout.target.answer import expect
from rollout.target.headers import directives, seconds
from rollout.target.http import Client
from rollout.target.raw_client import RawClient
from xcodereviewer.api import API, Api
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("headers-set"),
    pytest.mark.promise("advisory: nothing is said about headers that protect browsers; the audit is signed"),
]
Record = Callable[[str, object], None]
LONG = "x" * 20_000


@pytest.mark.parametrize(
    ("path", "signed_in"),
    [
        pytest.param("/health", False, id="success"),
        pytest.param(f"{API}/auth/me", False, id="refusal"),
        pytest.param(f"{API}/rollout-no-such-path", False, id="not found"),
        pytest.param(f"{API}/auth/login", False, id="wrong method"),
        pytest.param(f"{API}/projects?page=rollout", True, id="invalid input"),
    ],
)
def test_answers_of_the_api_bear_security_headers(
    path: str, signed_in: bool, reader: Api, raw_client: RawClient, record_property: Record
) -> None:
    """
    An answer of this kind, whatever its status, forbids guessing types, framing, leaking addresses and running anything.
    """
    token = reader.tokens.access_token.get_secret_value() if signed_in else None
    answer = raw_client.ask("GET", path, token)
    record_property("answer.status", answer.status_code)
    assert not lacking(answer), f"GET {path}: got no {', '.join(lacking(answer))}"


@pytest.mark.parametrize("path", ["/", "/rollout-no-such-path"])
def test_pages_bear_security_headers(path: str, frontend: Client) -> None:
    """
    So do the pages of the frontend, those that are not there included.
    """
    answer = frontend.get(path)
    assert not lacking(answer), f"GET {path} of the frontend: got no {', '.join(lacking(answer))}"


def test_browsers_are_told_to_stay_on_https(target: XcrTarget, frontend: Client, record_property: Record) -> None:
    """
    The frontend asks browsers to remember HTTPS for long enough.
    """
    said = directives(expect(frontend.get("/")).headers.get("strict-transport-security", ""))
    age_s = seconds(said, "max-age")
    record_property("hsts.days", age_s // 86400)
    assert age_s >= target.hsts_min_age, f"strict-transport-security: got {said!r}, want max-age of that many seconds"


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
