"""Send requests to hostile servers by the load's client and print their failures: python -m tests.load.asking_hostile URL [URL ...]."""

import json
import sys
from typing import Any

from locust.env import Environment

from rollout.locust_plugin.generator import http_client
from tests.memory import peak_mb

FORM = {"username": "rollout", "password": "Zq7-not-to-be-seen"}


def main() -> None:
    """Print one line of JSON: the failure of a read and of a form for each server, then the peak memory in MB."""
    http_client.ANSWER_S = 1.0
    failures = [[asked(url, "GET"), asked(url, "POST", data=FORM)] for url in sys.argv[1:]]
    print(json.dumps([failures, peak_mb()]))


def asked(url: str, method: str, **options: Any) -> str:
    """The failure of one request as in locust's tables."""
    environment = Environment()
    said: list[str] = []
    environment.events.request.add_listener(lambda exception=None, **_: said.append(repr(exception)))  # type: ignore[no-untyped-call]
    session = http_client.LoadClient(url, environment.events.request, None, max_redirects=3, max_retries=0)
    with session.request(method, "/api", catch_response=True, **options):
        pass
    (failure,) = said
    return failure


if __name__ == "__main__":
    main()
