"""Being let in, being refused with another status, and a bad request about something else are three things."""

from collections.abc import Iterator

import httpx
import pytest

from rollout.target.answer import Unexpected
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle
from rollout.target.raw_client import RawClient
from tests.watch.service import Service, serving
from xcodereviewer.refusals import (
    OF_TOKENS,
    GaveAway,
    LetIn,
    Neither,
    Refusal,
    ServerFailed,
    complaint,
    expect_refused,
    expect_told,
    summary,
    unless_untold,
)

BAD_TOKEN = (400, b'{"error": {"code": "UNAUTHORIZED", "message": "want a token", "details": "request 4711"}}')
PROJECTS = "/api/v1/projects"


def answer(status: int) -> httpx.Response:
    """What came back to a GET without a token."""
    return httpx.Response(status, request=httpx.Request("GET", f"http://t{PROJECTS}"))


@pytest.fixture
def service() -> Iterator[Service]:
    """A backend that refuses bad tokens with 400."""
    running = Service()
    running.answers[OF_TOKENS] = BAD_TOKEN
    with serving(running):
        yield running


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        pytest.param((401, b"{}"), True, id="401 is a refusal"),
        pytest.param((403, b"{}"), True, id="403 is a refusal"),
        pytest.param(BAD_TOKEN, True, id="400 in the words in which bad tokens are refused"),
        pytest.param((400, BAD_TOKEN[1].replace(b"4711", b"4712")), True, id="the same with another id"),
        pytest.param((400, b'{"detail": "name is missing"}'), False, id="400 about the body says nothing of the token"),
        pytest.param((404, b"{}"), False, id="a closed door is no missing room"),
        pytest.param((200, b"{}"), False, id="let in"),
    ],
)
def test_a_refusal_is_told_from_another_bad_request(service: Service, answer: tuple[int, bytes], refused: bool) -> None:
    """
    A wrong status alone lets nobody in, and a 400 alone refuses nobody.
    """
    service.answers[PROJECTS] = answer
    with Client(service.url) as client:
        anonymous = RawClient(client)
        assert Refusal(anonymous).covers(anonymous.ask("GET", PROJECTS)) is refused


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "refused, with 400 in place of 401 or 403"),
        (200, "let in, got 200, want 401 or 403"),
        (500, "neither let in nor refused, got 500, want 401 or 403"),
    ],
)
def test_another_status_than_the_published_one_is_told_by_what_it_does(status: int, words: str) -> None:
    """
    Somebody who was let in is another matter than a refusal by another number.
    """
    expect_refused(answer(403), 401, 403)
    with pytest.raises(Unexpected, match=f"^GET http://t{PROJECTS}: {words}; body: ; curl "):
        expect_refused(answer(status), 401, 403)


def test_where_tokens_are_refused_with_401_a_400_is_no_refusal(service: Service) -> None:
    """
    What a backend says to bad tokens is looked up, never guessed.
    """
    service.answers[OF_TOKENS] = (401, BAD_TOKEN[1])
    service.answers[PROJECTS] = BAD_TOKEN
    with Client(service.url) as client:
        anonymous = RawClient(client)
        assert not Refusal(anonymous).covers(anonymous.ask("GET", PROJECTS))


def test_a_server_error_is_not_called_let_in() -> None:
    """
    Whether somebody was let in is not known where the program broke.
    """
    broken = complaint(answer(500), refused=False)
    assert type(broken) is ServerFailed
    assert broken is not None
    assert summary([broken], 1).startswith("1 of 1 operations ended in a server error: ")


@pytest.mark.parametrize("status", [302, 400, 404, 409])
def test_what_is_no_refusal_is_not_called_let_in_either(status: int) -> None:
    """
    Only a success lets somebody in; the rest is a complaint of its own kind, after those who were let in.
    """
    unclear, open_door = complaint(answer(status), refused=False), complaint(answer(200), refused=False)
    assert type(unclear) is Neither
    assert type(open_door) is LetIn
    assert unclear is not None
    assert open_door is not None
    told = summary([unclear, open_door], 2)
    assert told.startswith("1 of 2 operations let in: ")
    assert f"; 1 of 2 operations neither let in nor refused: GET http://t{PROJECTS}: got {status}, want a" in told


@pytest.mark.parametrize("status", [405, 415, 422])
def test_who_is_refused_for_another_reason_first_is_not_known_to_be_let_in(status: int) -> None:
    """
    A body that does not do may be read before the token: that is no complaint, and no evidence either.
    """
    untold: list[str] = []
    assert unless_untold(answer(status), refused=False, untold=untold) is None
    with pytest.raises(
        Obstacle, match=rf"^whether others are let in is not told by GET http://t{PROJECTS} \({status}\)$"
    ):
        expect_told(untold)


def test_where_every_operation_told_there_is_no_obstacle() -> None:
    """
    A refusal and a complaint are both told.
    """
    untold: list[str] = []
    assert unless_untold(answer(401), refused=True, untold=untold) is None
    assert type(unless_untold(answer(200), refused=False, untold=untold)) is LetIn
    expect_told(untold)


def test_a_refusal_that_tells_of_the_inside_is_a_complaint() -> None:
    """
    The status is right and the text is not.
    """
    told = httpx.Response(403, text="[SQL: SELECT 1]", request=answer(403).request)
    assert type(complaint(told, refused=True)) is GaveAway


def test_being_let_in_is_told_with_the_command_that_repeats_it(service: Service) -> None:
    """
    The token stays out of it.
    """
    service.answers[PROJECTS] = (200, b"{}")
    with Client(service.url) as client:
        told = complaint(RawClient(client).ask("GET", PROJECTS, "s3cret-token"), refused=False)
    assert isinstance(told, LetIn)
    assert summary([told], 10).startswith(f"1 of 10 operations let in: GET {service.url}{PROJECTS}: got 200, want a")
    assert f'curl -X GET --oauth2-bearer "$TOKEN" {service.url}{PROJECTS}' in told
    assert "s3cret" not in told
