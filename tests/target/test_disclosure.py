"""What an answer gives away, and what it may say."""

import httpx
import pytest

from xcodereviewer.disclosure import disclosed

QUERY = "SELECT p.id FROM projects p WHERE p.id = $1"


def answer(status: int, text: str, sent: str = "") -> httpx.Response:
    """What came back to a POST of *sent*."""
    request = httpx.Request("POST", "http://t/api/v1/projects?search=a%20b", content=sent.encode())
    return httpx.Response(status, text=text, request=request)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"DataError: invalid value [SQL: {QUERY}]", id="a query in brackets"),
        pytest.param(QUERY, id="a query"),
        pytest.param('INSERT INTO users (email) VALUES ("a")', id="a statement that stores"),
        pytest.param('duplicate key violates unique constraint "users_email_key"', id="a constraint of the database"),
        pytest.param('relation "users" does not exist', id="a table that is missing"),
        pytest.param("Traceback (most recent call last):", id="a stack trace"),
        pytest.param("error in /app/api/v1/auth.py", id="a path of the source"),
        pytest.param("/opt/lib/python3.11/site-packages/starlette", id="a path of a library"),
        pytest.param("main.py, line 7, in found", id="a line of the source"),
        pytest.param("cannot reach postgresql://db:5432/app", id="an address of the database"),
    ],
)
def test_an_error_page_gives_nothing_of_the_inside_away(text: str) -> None:
    """
    SQL, stack traces, paths and addresses are found in an answer that is an error.
    """
    assert disclosed(answer(400, text))


@pytest.mark.parametrize(
    "text",
    ["project not found", "select a project from the list", "update the password", '{"code": "NOT_FOUND"}'],
)
def test_ordinary_words_give_nothing_away(text: str) -> None:
    """
    Messages for people are no SQL.
    """
    assert disclosed(answer(404, text)) is None


def test_code_that_somebody_wrote_may_come_back_in_a_good_answer() -> None:
    """
    A finding of a review quotes SQL of the reviewed code; files of the server and stack traces give away all the same.
    """
    assert disclosed(answer(200, QUERY)) is None
    assert disclosed(answer(200, "root:x:0:0:root:/root:/bin/bash"))


def test_what_the_request_said_itself_is_no_secret() -> None:
    """
    A refusal may repeat the hostile text that it refuses; what stands beside it counts.
    """
    hostile = "INSERT INTO users (id) VALUES (1)"
    assert disclosed(answer(422, f'{{"input": "{hostile}"}}', hostile)) is None
    assert disclosed(answer(422, f"{hostile} [SQL: {QUERY}]", hostile))
