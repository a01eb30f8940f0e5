"""What the client makes of a backend that surprises: one line with what was got and wanted, never a crash."""

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from rollout.target.answer import expect, expect_as
from rollout.target.http import Client, LateAnswer, NoAnswer, at_most, client_to
from tests.target.allowed import target_at
from tests.target.hostile import TOKEN, hostile
from xcodereviewer.api import Api
from xcodereviewer.models import Project

Seen = list[tuple[str, str, str | None]]


@pytest.fixture
def seen() -> Seen:
    """What the hostile server was asked."""
    return []


@pytest.fixture
def client(seen: Seen) -> Iterator[Client]:
    """A client of the hostile server."""
    with hostile() as (address, asked), client_to(target_at(address, "write")) as client:
        yield client
        seen.extend(asked)


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        pytest.param("/none", "got 404, want 200; body: {", id="a missing endpoint"),
        pytest.param("/bad-gateway", "got 502, want 200; body: <html>", id="an HTML error page"),
        pytest.param("/large", "got more than 5 MiB, want less", id="a body of 30 MB"),
        pytest.param("/bomb", "got more than 5 MiB, want less", id="a gzip bomb"),
        pytest.param("/bomb-in-bomb", "got content-encoding 'gzip, gzip', want gzip or none", id="a bomb in a bomb"),
        pytest.param("/broken-gzip", "got DecodingError", id="gzip that is none"),
        pytest.param("/closed", "got RemoteProtocolError", id="a closed connection"),
        pytest.param("/half", "got RemoteProtocolError", id="half a body"),
        pytest.param("/nonsense", "got RemoteProtocolError", id="something that is not HTTP"),
        pytest.param("/round", "got 302 to '/round', want 200", id="redirects in a circle"),
        pytest.param("/nowhere", "got ", id="a redirect that is no address"),
    ],
)
def test_a_surprise_is_told_as_got_and_wanted(client: Client, path: str, complaint: str) -> None:
    """
    Every surprise is an AssertionError in one line that names the request.
    """
    with pytest.raises(AssertionError, match=r"^GET http://127\.0\.0\.1:") as told:
        expect(client.get(path))
    assert complaint in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 500


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        pytest.param("/page", "got text/html, want JSON; body: <html>", id="a page instead of JSON"),
        pytest.param("/wrong-kind", "got image/png, want JSON", id="a picture instead of JSON"),
        pytest.param("/wrong-shape", "got name: Input should be a valid string, want a Project", id="wrong fields"),
    ],
)
def test_a_body_that_is_something_else_is_told_as_got_and_wanted(client: Client, path: str, complaint: str) -> None:
    """
    A body of another kind or shape names what is wrong with it.
    """
    with pytest.raises(AssertionError) as told:
        expect_as(Project, client.get(path))
    assert complaint in str(told.value)


def test_messages_hold_no_secrets(client: Client) -> None:
    """
    Tokens and passwords of an answer do not reach the message; the rest of it does.
    """
    with pytest.raises(AssertionError) as told:
        expect(client.get("/leaks", params={"token": TOKEN}))
    assert "hunter2" not in str(told.value)
    assert TOKEN not in str(told.value)
    assert '"why": "no"' in str(told.value)


def test_a_reset_after_a_500_is_not_an_outage(client: Client) -> None:
    """
    After a 500 whose connection died, the next requests are answered: they go on a new connection.
    """
    for _ in range(3):
        expect(client.get("/reset"), 500)
        expect(client.get("/json"))


def test_a_packed_body_is_unpacked(client: Client) -> None:
    """
    An ordinary gzip answer is read as what it holds.
    """
    assert expect(client.get("/packed")).json() == {"packed": True}


def test_a_caller_may_allow_more(client: Client) -> None:
    """
    A download that is expected to be large is read to its end.
    """
    assert len(expect(client.get("/large", extensions=at_most(40_000_000))).content) == 30_000_000


def test_a_redirect_on_the_same_origin_is_followed(client: Client) -> None:
    """
    A redirect to another path of the same server is followed, method included.
    """
    answer = expect(client.post("/onward", json={}))
    assert (answer.request.method, answer.request.url.path) == ("POST", "/json")


def test_credentials_do_not_follow_a_redirect_to_another_host() -> None:
    """
    A redirect to another origin is a finding, and that origin is not even asked.
    """
    with (
        hostile() as (elsewhere, seen_there),
        hostile(elsewhere) as (here, _),
        Client(here) as client,
        pytest.raises(AssertionError, match=r"got 307 to 'http://127.0.0.1:\d+/json', want 200"),
    ):
        expect(client.get("/away", headers={"Authorization": f"Bearer {TOKEN}"}))
    assert seen_there == []


def test_nothing_that_listens_is_no_answer() -> None:
    """
    A refused connection is told as no answer, which a crash test may tell from a refusal.
    """
    with Client("http://127.0.0.1:9") as client, pytest.raises(NoAnswer, match="ConnectError") as found:
        client.get("/health")
    assert not isinstance(found.value, LateAnswer)


def test_a_person_signs_in_once_and_shows_the_token() -> None:
    """
    Several requests of one person cost one login, and each carries the token.
    """
    with hostile() as (address, seen), client_to(target_at(address, "write")) as client:
        api = Api(client, "rollout", SecretStr("secret"))
        assert api.projects().total == api.projects().total == 1
    assert [path for _, path, _ in seen] == ["/api/v1/auth/login", "/api/v1/projects", "/api/v1/projects"]
    assert {shown for _, _, shown in seen[1:]} == {f"Bearer {TOKEN}"}


def test_a_person_obeys_too_many_requests_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A 429 that says when to come back is waited out; the caller sees the answer after it.
    """
    rests: list[float] = []
    monkeypatch.setattr("rollout.target.http.pause", rests.append)
    with hostile() as (address, _), client_to(target_at(address, "write")) as client:
        api = Api(client, "rollout", SecretStr("secret"))
        assert api.get("/busy").status_code == httpx.codes.OK
    assert rests == [1.0]
