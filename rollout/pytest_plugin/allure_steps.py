"""Each request of a check as a step of its Allure result, with request and answer attached, without secrets."""

import threading
from collections.abc import Generator, Iterator

import allure
import httpx
import pytest

from rollout.target.answer import asked
from rollout.target.curl import as_curl
from rollout.target.exchange import LISTENERS, Exchange

MOST_STEPS = 40  # of one test; a test that waits can send more requests
MOST_CHARACTERS = 10_000
READABLE = ("json", "text", "xml", "html", "javascript", "x-www-form-urlencoded")


class AllureSteps:
    """Records the requests and answers of a check while it runs."""

    def __init__(self) -> None:
        self.steps = 0
        self.running = False
        LISTENERS.append(self.hear)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        """Restart the count of steps with each test."""
        self.steps, self.running = 0, True
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Stop recording: requests that clean up are no steps of the test."""
        self.running = False
        return (yield)

    def hear(self, exchange: Exchange) -> None:
        """Make a step of an *exchange*; those of other threads are left out."""
        if not self.running or threading.current_thread() is not threading.main_thread():
            return
        self.steps += 1
        if self.steps == MOST_STEPS + 1:
            with allure.step("more requests, which are not written down"):
                return
        if self.steps <= MOST_STEPS:
            with allure.step(title(exchange)):
                allure.attach("\n".join(lines(exchange)), "request and answer", allure.attachment_type.TEXT)

    def pytest_unconfigure(self) -> None:
        """Remove the listener."""
        LISTENERS.remove(self.hear)


def title(exchange: Exchange) -> str:
    """`POST /orders: 201 in 12 ms`."""
    path = exchange.request.url.copy_with(query=None).path
    got = str(exchange.answer.status_code) if exchange.answer else exchange.complaint
    return f"{exchange.request.method} {path}: {got} in {exchange.seconds * 1000:.0f} ms"


def lines(exchange: Exchange) -> Iterator[str]:
    """The request as a command line, then status, headers and body of the answer."""
    yield asked(exchange.request)
    yield as_curl(exchange.request)
    if exchange.answer is None:
        yield f"no answer: {exchange.complaint}"
        return
    yield ""
    yield f"{exchange.answer.status_code} {exchange.answer.reason_phrase}"
    yield from (f"{name}: {value}" for name, value in exchange.answer.headers.items())
    yield ""
    yield body(exchange.answer)


def body(answer: httpx.Response) -> str:
    """The beginning of a body that is text, else its size."""
    kind = answer.headers.get("content-type", "")
    if not any(word in kind for word in READABLE):
        return f"{len(answer.content):,} bytes of {kind or 'no content type'}" if answer.content else ""
    text = answer.content[: 4 * MOST_CHARACTERS].decode(errors="replace")
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
