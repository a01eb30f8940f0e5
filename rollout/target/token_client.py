"""A client of a service beside the target, such as Prometheus or Grafana, with the token of a setting."""

from typing import Any

import httpx

from rollout.target.answer import asked
from rollout.target.http import Client, bearer
from rollout.target.obstacle import NotConfigured, Obstacle, place
from rollout.target.settings import Target

WANT_SOMEBODY = (401, 403)


class TokenClient(Client):
    """
    Reads from *url* with the token in the setting *token* of *target*.

    NotConfigured if the setting is missing and the service answers 401 or 403; Obstacle if it does not accept the token.
    """

    def __init__(self, target: Target, url: object, token: str) -> None:
        super().__init__(str(url), target.ca_file)
        self._target, self._token = target, token
        self.headers.update(bearer(getattr(target, token)))

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """The answer to *request*."""
        answer = super().send(request, **options)
        if answer.status_code in WANT_SOMEBODY:
            if not getattr(self._target, self._token):
                raise NotConfigured(self._target, self._token)
            way_out = f"check {place(self._target, self._token)}, and what its owner may read there"
            raise Obstacle(f"{asked(request)}: got {answer.status_code} with the token of the target", way_out)
        return answer
