"""What hostile input brought about is told with the payload and the command that sends it again."""

import httpx
import pytest

from smoke import test_input as checks

URL = "http://t/api/v1/projects"


def answer(status: int, text: str = "", body: bytes | None = None) -> httpx.Response:
    """What came back to a hostile request."""
    return httpx.Response(status, text=text, request=httpx.Request("POST" if body else "GET", URL, content=body))


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (answer(500, body=b"[]"), "POST http://t/api/v1/projects with 'a list': got 500, want no server error; curl "),
        (
            answer(400, "[SQL: SELECT 1]"),
            "GET http://t/api/v1/projects with 'a list': got '[SQL: SELECT 1]', want nothing of the inside; curl ",
        ),
    ],
)
def test_harm_is_told_with_its_payload_and_command(got: httpx.Response, words: str) -> None:
    """
    Whoever reads it can send it again, whatever part of the request was odd.
    """
    told = checks.harm("a list", got)
    assert told is not None
    assert told.startswith(words)
    assert told.endswith(URL)


def test_a_body_stands_in_the_command() -> None:
    """
    And a payload is cut where it is long.
    """
    told = checks.harm("x" * 5000, answer(500, body=b'{"name": 1e400}'))
    assert told is not None
    assert """--data-raw '{"name": 1e400}'""" in told
    assert f"with {'x' * 40!r}:" in told


@pytest.mark.parametrize("status", [200, 400, 404, 422])
def test_a_polite_answer_is_no_harm(status: int) -> None:
    """
    Whether odd input is refused or finds nothing is left to the backend.
    """
    assert checks.harm("a list", answer(status)) is None
    checks.refuse_harm(iter([("a list", answer(status))]))


def test_every_harm_is_told() -> None:
    """
    At the end, so that one does not hide the other.
    """
    with pytest.raises(AssertionError, match=r"^2 did harm: .*with 'one': .*; GET .*with 'two': "):
        checks.refuse_harm(iter([("one", answer(500)), ("fine", answer(404)), ("two", answer(502))]))
