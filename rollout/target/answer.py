"""Answers of the target, and `expect`, which fails a test in one line with the cause."""

from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from rollout.target.curl import as_curl
from rollout.target.message import one_line, redacted

Shape = TypeVar("Shape", bound=BaseModel)


class Unexpected(AssertionError):
    """
    An unexpected answer; the message contains its body and the command line that sends the request again.

    *summary* contains neither of them, so that it is equal for equal causes. *status* is that of the answer.
    """

    def __init__(self, summary: str, response: httpx.Response) -> None:
        super().__init__(f"{summary}; {body(response)}; {as_curl(response.request)}")
        self.summary, self.status = summary, response.status_code


def summary_of(error: Exception) -> str:
    """The text of *error*, without the body of an answer."""
    return error.summary if isinstance(error, Unexpected) else str(error)


class Answer(httpx.Response):
    """An answer that was read completely; `json` raises Unexpected (`got …, want JSON`) for another content."""

    def json(self, **kwargs: Any) -> Any:
        """The body as JSON; AssertionError if it is none."""
        try:
            return super().json(**kwargs)
        except (ValueError, RecursionError):
            raise Unexpected(f"{asked(self.request)}: got {kind(self)}, want JSON", self) from None


def expect(response: httpx.Response, *want: int) -> httpx.Response:
    """*response*, if its status is one of *want* (default: 200); else Unexpected."""
    __tracebackhide__ = True
    allowed = want or (200,)
    if response.status_code not in allowed:
        wanted = " or ".join(map(str, allowed))
        where = f" to {redacted(response.headers['location'])!r}" if "location" in response.headers else ""
        raise Unexpected(f"{asked(response.request)}: got {response.status_code}{where}, want {wanted}", response)
    return response


def expect_as(shape: type[Shape], response: httpx.Response, *want: int) -> Shape:
    """The JSON of *response* as a *shape*, if its status is one of *want* and the JSON fits; else Unexpected."""
    __tracebackhide__ = True
    expect(response, *want).json()
    try:
        return shape.model_validate_json(response.content, strict=True)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, fault["loc"])) or "the whole"
        raise Unexpected(
            f"{asked(response.request)}: got {place}: {fault['msg']}, want a {shape.__name__}", response
        ) from None


def asked(request: httpx.Request) -> str:
    """The request in short: method and address."""
    return f"{request.method} {redacted(str(request.url))}"


def body(response: httpx.Response) -> str:
    """The beginning of the body, without secrets."""
    return f"body: {one_line(response.content[:20_000].decode(errors='replace'))}"


def kind(response: httpx.Response) -> str:
    """The content type of the answer."""
    return response.headers.get("content-type") or "no content type"
