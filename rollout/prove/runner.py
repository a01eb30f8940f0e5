"""Run pytest again and again without importing its world each time: `python -m rollout.prove.runner`, a call per line of JSON."""

import gc
import json
import os
import sys
import time
from collections.abc import Iterable
from typing import Any

import pytest

from rollout.plan import load_plan
from rollout.suite import suite_of
from rollout.target import wait

WORLD = (
    *("rollout.judge.decide", "rollout.render", "rollout.checks", "rollout.watch.sampler", "celery", "psycopg"),
)  # no plugin: pytest rewrites the asserts of those when it imports them

IMPORTED_EARLY = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def main() -> None:
    """Fork for each call, so that no call sees what another one left; answer with the exit code."""
    for module in (*WORLD, *suite_of(load_plan()).preload):
        __import__(module)
    gc.collect()
    gc.freeze()  # what is imported stays: a child that looked through it again would copy it
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(silently(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class SpareTime:
    """Tests nobody needs are left out once they took *spare_s* together: under some faults each takes its whole timeout."""

    def __init__(self, needed: Iterable[str], spare_s: float) -> None:
        self.needed = frozenset(needed)
        self.spare_s = spare_s
        self.began = time.monotonic()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip what is not needed when it is late; time for what is needed does not count."""
        if item.nodeid in self.needed or item.nodeid.partition("[")[0] in self.needed:
            self.began = time.monotonic()
        elif time.monotonic() - self.began > self.spare_s:
            pytest.skip("no time is left for tests that are not needed")


def silently(call: dict[str, Any]) -> int:
    """One run of pytest; what counts stands in its journals."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    wait.LONGEST_S = call["longest_s"]
    return int(pytest.main([*IMPORTED_EARLY, *call["arguments"]], plugins=[SpareTime(call["needed"], call["spare_s"])]))


if __name__ == "__main__":
    main()
