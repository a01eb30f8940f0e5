"""The fast client, which tells the flight it belongs to when a request leaves."""

from typing import Any

from gevent import getcurrent
from locust.contrib.fasthttp import FastHttpSession, ResponseContextManager

from rollout.load.agent import Agent, Cookies
from rollout.load.flight import Flight


class Session(FastHttpSession):
    """A FastHttpSession whose requests inside a flight are measured from the moment they were due."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        usual, self.cookiejar = self.client, Cookies()
        self.client = Agent(
            cookiejar=self.cookiejar,
            client_pool=usual.clientpool,
            max_redirects=usual.max_redirects,
            max_retries=usual.max_retries,
        )

    def request(self, method: str, url: str, name: str | None = None, **options: Any) -> ResponseContextManager:  # type: ignore[override]  # the same arguments, most of them passed through
        flight = getcurrent()
        if type(flight) is Flight:
            flight.send(name or url)
        return super().request(method, url, name=name, **options)
