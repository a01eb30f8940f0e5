"""A client of a service beside the target, such as Prometheus or Grafana, with the token of a setting."""

from typing import Any

import httpx

from rollout.target.http import Client, bearer
from rollout.target.obstacle import NotConfigured
from rollout.target.settings import Target

WANT_SOMEBODY = (401, 403)


class TokenClient(Client):
    """
    Reads from *url* with the token in the setting *token* of *target*.

    NotConfigured if the setting is missing and the service answers 401 or 403.
    """

    def __init__(self, target: Target, url: object, token: str) -> None:
        super().__init__(str(url), target.ca_file)
        self._target, self._token = target, token
        self.headers.update(bearer(getattr(target, token)))

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """The answer to *request*."""
        answer = super().send(request, **options)
        if answer.status_code in WANT_SOMEBODY and not getattr(self._target, self._token):
            raise NotConfigured(self._target, self._token)
        return answer
