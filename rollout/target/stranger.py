"""Somebody without an account who tries many doors, and stays polite about rate limits."""

import secrets
from collections.abc import Mapping
from typing import Any

import httpx

from rollout.target.api import LONGEST_REST_S, retry_after
from rollout.target.http import Client
from rollout.target.wait import pause


class Stranger:
    """
    Asks anything with any credentials.

    Where the target gives a rate limit bucket to whoever names one (*probe* is the header for it), each request has a
    fresh one; elsewhere a 429 is obeyed, once.
    """

    def __init__(self, client: Client, probe: str | None = None) -> None:
        self.client = client
        self.probe = probe

    def ask(self, method: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        """Whatever the target answers to this request with this access token."""
        headers = {**options.pop("headers", {}), **self.credentials(token)}
        answer = self.client.request(method, path, headers=headers, **options)
        if answer.status_code == 429 and 0 < (rest_s := retry_after(answer)) <= LONGEST_REST_S:
            pause(rest_s)
            answer = self.client.request(method, path, headers=headers, **options)
        return answer

    def credentials(self, token: str | None) -> Mapping[str, str]:
        """The headers that go with a token, and a bucket of its own."""
        shown = {} if token is None else {"Authorization": f"Bearer {token}"}
        return {**shown, self.probe: secrets.token_hex(8)} if self.probe else shown
