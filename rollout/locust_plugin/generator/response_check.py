"""Check an answer that must be JSON: a failed assertion inside the block is a failure of the request."""

from json import loads
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from locust.contrib.fasthttp import ResponseContextManager

SHORT = 200
FIRST_REFUSAL = 400  # of HTTP's status codes


class JsonResponseCheck:
    """A context manager like that of locust's `rest`, without its generator function, for speed."""

    __slots__ = ("_answer",)

    def __init__(self, answer: "ResponseContextManager") -> None:
        self._answer: Any = answer

    def __enter__(self) -> Any:
        """The answer, with its JSON document as `js`; None if there is none."""
        answer = self._answer.__enter__()
        answer.js = None
        content = answer.content
        if content is None:
            answer.failure(str(getattr(answer, "error", None) or answer.request_meta["exception"]))
        elif content:
            try:
                answer.js = loads(content)
            except (ValueError, RecursionError):
                answer.failure(f"Could not parse response as JSON. {self._short()}, code {answer.status_code}")
        return answer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        """Report the request to locust; only an exception that ends the greenlet is raised again."""
        if isinstance(error, Exception):
            self._answer.failure(self._told(error))
            kind = error = trace = None
        return self._answer.__exit__(kind, error, trace)

    def _told(self, error: Exception) -> str:
        """The text of the failure: a refusal by its status; a message that ends with a comma is continued with the answer."""
        if not isinstance(error, AssertionError):
            refused = (status := self._answer.status_code) >= FIRST_REFUSAL
            return f"{f'got {status}' if refused else f'{type(error).__name__}: {error}'}. Response was {self._short()}"
        text = str(error.args[0]) if error.args else "Assertion failed"
        return f"{text[:-1]}, response was {self._short()}" if text.endswith(",") else text

    def _short(self) -> str:
        return (self._answer.content or b"")[:SHORT].decode(errors="replace")
