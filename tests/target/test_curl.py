"""The command line that sends a request again keeps its meaning and loses its secrets."""

import base64

import httpx
import pytest

from rollout.target.answer import Unexpected, expect
from rollout.target.curl import as_curl

URL = "http://t/api/v1/x"


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        pytest.param(httpx.Request("GET", URL), f"curl -X GET {URL}", id="plain"),
        pytest.param(
            httpx.Request("GET", URL, headers={"Authorization": "Bearer abc.def.ghi"}),
            f'curl -X GET --oauth2-bearer "$TOKEN" {URL}',
            id="with a token",
        ),
        pytest.param(
            httpx.Request("POST", URL, json={"name": "it's"}),
            f"""curl -X POST -H 'content-type: application/json' --data-raw '{{"name":"it'"'"'s"}}' {URL}""",
            id="with a body",
        ),
        pytest.param(
            httpx.Request("OPTIONS", URL, headers={"Origin": "http://e"}),
            f"curl -X OPTIONS -H 'origin: http://e' {URL}",
            id="with a header of its own",
        ),
        pytest.param(
            httpx.Request("POST", URL, content=b"\x00\x01"),
            f"echo AAE= | base64 -d | curl -X POST --data-binary @- {URL}",
            id="with bytes",
        ),
        pytest.param(
            httpx.Request("POST", URL, content=b"x" * 5000),
            f"curl -X POST --data-binary @FILE-OF-5000-BYTES {URL}",
            id="with a long body",
        ),
    ],
)
def test_a_request_is_a_command_line(request_: httpx.Request, line: str) -> None:
    """
    Method, own headers, body and address are there, as a shell takes them.
    """
    assert as_curl(request_) == line


def test_a_password_in_a_form_stays_out() -> None:
    """
    What is sent to sign in is hidden.
    """
    form = httpx.Request("POST", URL, data={"username": "demo", "password": "hunter2hunter2"})
    assert "hunter2" not in as_curl(form)


def test_a_password_beside_other_letters_stays_out() -> None:
    """
    A body that is no plain text is piped from base64, in which nobody would find it.
    """
    body = '{"name": "Zo\u00eb", "password": "Geheim-4711"}'
    for encoding in ("utf-8", "latin-1"):
        line = as_curl(httpx.Request("POST", URL, content=body.encode(encoding)))
        sent = base64.b64decode(line.split()[1])
        assert b"Geheim" not in sent
        assert "Zo\u00eb".encode(encoding) in sent


def test_an_unexpected_answer_brings_its_request() -> None:
    """
    Whoever reads of a failed check can send the same again.
    """
    answer = httpx.Response(500, text="oops", request=httpx.Request("GET", URL))
    with pytest.raises(Unexpected, match=rf"got 500, want 200; body: oops; curl -X GET {URL}"):
        expect(answer)
