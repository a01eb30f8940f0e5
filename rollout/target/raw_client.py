"""Send any request, with a token or without one; it only changes something where the target has a defect."""

import secrets
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import SecretStr

from rollout.target.http import Client
from rollout.target.permission import purpose
from rollout.target.settings import Action


class RawClient:
    """
    Asks anything, with *token* where none is named.

    What is no read needs the permission `probe`. Where the target gives a rate limit bucket to whoever names one
    (*probe* is the header for it), each request has a fresh one.
    """

    def __init__(self, client: Client, probe: str | None = None, token: SecretStr | None = None) -> None:
        self.client = client
        self.probe = probe
        self.token = token

    def ask(self, method: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        """Whatever the target answers to this request with this access token."""
        headers = {**options.pop("headers", {}), **self.credentials(token)}
        return self.client.request(method, path, headers=headers, extensions=purpose(Action.PROBE), **options)

    def credentials(self, token: str | None) -> Mapping[str, str]:
        """The headers that go with a token, and a bucket of its own."""
        own = self.token.get_secret_value() if self.token else None
        shown = {} if (used := token or own) is None else {"Authorization": f"Bearer {used}"}
        return {**shown, self.probe: secrets.token_hex(8)} if self.probe else shown
