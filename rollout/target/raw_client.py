"""Send requests that a correct target refuses, with or without a token; only a defective target changes anything."""

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
    Sends any request, with *token* unless another one is given.

    A request that is no read needs the permission `probe`. *probe* is the name of a header by which the target selects
    a rate limit bucket, if it has one: each request then carries a new value.
    """

    def __init__(self, client: Client, probe: str | None = None, token: SecretStr | None = None) -> None:
        self.client = client
        self.probe = probe
        self.token = token

    def ask(self, method: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        """The answer to a request with *token*, of any status."""
        headers = {**options.pop("headers", {}), **self.credentials(token)}
        return self.client.request(method, path, headers=headers, extensions=purpose(Action.PROBE), **options)

    def credentials(self, token: str | None) -> Mapping[str, str]:
        """The headers with the token, and with a new rate limit bucket if the target has them."""
        own = self.token.get_secret_value() if self.token else None
        shown = {} if (used := token or own) is None else {"Authorization": f"Bearer {used}"}
        return {**shown, self.probe: secrets.token_hex(8)} if self.probe else shown
