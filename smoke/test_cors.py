"""May only the listed origins read answers in a browser?"""

from collections.abc import Callable

import httpx
import pytest

from rollout.target.obstacle import needed
from rollout.target.raw_client import RawClient
from xcodereviewer.api import API
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("cors-configured"),
    pytest.mark.promise("api: CORS origins come from `CORS_ORIGINS` (a list; never `*` with credentials)."),
]
Record = Callable[[str, object], None]
ALLOWED = "access-control-allow-origin"
CREDENTIALS = "access-control-allow-credentials"
PATHS = ("/health", f"{API}/auth/me", f"{API}/rollout-no-such-path")


@pytest.fixture
def origins(target: XcrTarget) -> tuple[str, ...]:
    """The origins that the target lists."""
    return tuple(origin.rstrip("/") for origin in needed(target, "cors_origins"))


@pytest.fixture
def foreign(origins: tuple[str, ...]) -> list[str]:
    """Origins that are not listed, some of them looking much like one that is."""
    host = httpx.URL(origins[0]).host
    lookalikes = [f"{origins[0]}.attacker.example", f"https://attacker-{host}", f"https://{host}:1", f"http://{host}"]
    return [one for one in ("https://attacker.example", "null", *lookalikes) if one not in origins]


def test_listed_origins_are_allowed(raw_client: RawClient, origins: tuple[str, ...], record_property: Record) -> None:
    """
    Each listed origin may read answers, by its own name.
    """
    record_property("cors.origins_count", len(origins))
    for origin in origins:
        answer = raw_client.ask("GET", "/health", headers={"Origin": origin})
        assert answer.headers.get(ALLOWED) == origin, f"GET /health from {origin}: {told(answer)}"


def test_listed_origins_pass_the_preflight(raw_client: RawClient, origins: tuple[str, ...]) -> None:
    """
    A browser on a listed origin gets leave to send a token and JSON.
    """
    for origin in origins:
        answer = preflight(raw_client, origin)
        assert answer.is_success, f"preflight from {origin}: got {answer.status_code}"
        assert answer.headers.get(ALLOWED) == origin, f"preflight from {origin}: {told(answer)}"
        assert {"authorization", "content-type"} <= listed(answer, "access-control-allow-headers")
        assert {"post", "*"} & listed(answer, "access-control-allow-methods"), f"preflight from {origin}: got no POST"


def test_foreign_origins_are_not_allowed(raw_client: RawClient, foreign: list[str], record_property: Record) -> None:
    """
    No other origin may read any kind of answer, neither by its own name nor by a wildcard.
    """
    record_property("cors.foreign_origins_count", len(foreign))
    answers = {(path, one): raw_client.ask("GET", path, headers={"Origin": one}) for path in PATHS for one in foreign}
    wrong = [f"GET {path} from {one}: {told(got)}" for (path, one), got in answers.items() if allows(got, one)]
    assert not wrong, "; ".join(wrong)


def test_foreign_origins_fail_the_preflight(raw_client: RawClient, foreign: list[str]) -> None:
    """
    A browser on another origin gets no leave to send anything.
    """
    answers = {one: preflight(raw_client, one) for one in foreign}
    wrong = [f"preflight from {one}: {told(got)}" for one, got in answers.items() if allows(got, one)]
    assert not wrong, "; ".join(wrong)


def test_no_wildcard_comes_with_credentials(raw_client: RawClient, origins: tuple[str, ...]) -> None:
    """
    No answer allows every origin while it allows credentials, for anybody who asks.
    """
    for origin in (*origins, "https://attacker.example"):
        for answer in (raw_client.ask("GET", "/health", headers={"Origin": origin}), preflight(raw_client, origin)):
            wildcard = answer.headers.get(ALLOWED) == "*" and CREDENTIALS in answer.headers
            assert not wildcard, f"from {origin}: {told(answer)}"


def preflight(raw_client: RawClient, origin: str) -> httpx.Response:
    """What a browser on *origin* is told before it posts JSON with a token."""
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    return raw_client.ask("OPTIONS", f"{API}/projects", headers={"Origin": origin, **asks})


def allows(answer: httpx.Response, origin: str) -> bool:
    """Whether a browser on *origin* may read the answer."""
    return answer.headers.get(ALLOWED) in (origin, "*")


def told(answer: httpx.Response) -> str:
    """What the answer says to browsers."""
    return f"got {ALLOWED} {answer.headers.get(ALLOWED)!r}, {CREDENTIALS} {answer.headers.get(CREDENTIALS)!r}"


def listed(answer: httpx.Response, name: str) -> set[str]:
    """The words of a header that is a list."""
    return {word.strip().lower() for word in answer.headers.get(name, "").split(",")}
