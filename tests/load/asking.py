"""Send requests by the load's session and print the answers: python -m tests.load.asking METHOD URL PATH [PATH ...]."""

import json
import sys

from locust.env import Environment

from rollout.locust_plugin.generator.http_client import LoadClient


def main() -> None:
    """Print one line of JSON: status and body of each answer, in order."""
    method, url, *paths = sys.argv[1:]
    session = LoadClient(url, Environment().events.request, None, max_redirects=3, max_retries=0, concurrency=2)
    answers = [session.request(method, path) for path in paths]
    print(json.dumps([[answer.status_code, (answer.content or b"").decode()] for answer in answers]))


if __name__ == "__main__":
    main()
