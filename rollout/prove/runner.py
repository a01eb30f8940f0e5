"""Run pytest again and again without importing its world each time: `python -m rollout.prove.runner`, a call per line of JSON."""

import json
import os
import sys

import pytest

from rollout.plan import load_plan

WORLD = (
    *("rollout.judge.decide", "rollout.render", "rollout.checks", "rollout.target.api", "rollout.watch.probes"),
    *(
        "celery",
        "psycopg",
        "websockets",
        "pypdf",
        "sentry_sdk",
        "schemathesis",
        "hypothesis",
        "cryptography.x509",
        "dns.resolver",
    ),
)  # no plugin: pytest rewrites the asserts of those when it imports them

IMPORTED_EARLY = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def main() -> None:
    """Fork for each call, so that no call sees what another one left; answer with the exit code."""
    load_plan()
    for module in WORLD:
        __import__(module)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(silently(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def silently(arguments: list[str]) -> int:
    """One run of pytest; what counts stands in its journals."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return int(pytest.main([*IMPORTED_EARLY, *arguments]))


if __name__ == "__main__":
    main()
