"""
Run pytest repeatedly with its imports done once: `python -m rollout.prove.runner`, a call per line of JSON on stdin.
"""

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
)  # no plugin: pytest must import those itself, to rewrite their asserts

IMPORTED_EARLY = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def main() -> None:
    """Fork for each call, so that calls do not affect each other; print the exit code of each."""
    for module in (*WORLD, *suite_of(load_plan()).preload):
        __import__(module)
    gc.collect()
    gc.freeze()  # a collection in a child would copy the pages of all imports
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(silently(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class SpareTime:
    """
    Skips tests that are not needed once they took *spare_s* together: under some faults each takes its whole timeout.
    """

    def __init__(self, needed: Iterable[str], spare_s: float) -> None:
        self.needed = frozenset(needed)
        self.spare_s = spare_s
        self.began = time.monotonic()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a test that is not needed when the time is over; the time of needed tests does not count."""
        if item.nodeid in self.needed or item.nodeid.partition("[")[0] in self.needed:
            self.began = time.monotonic()
        elif time.monotonic() - self.began > self.spare_s:
            pytest.skip("no time is left for tests that are not needed")


def silently(call: dict[str, Any]) -> int:
    """One run of pytest without output; its results are in its journals."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    wait.LONGEST_S = call["longest_s"]
    return int(pytest.main([*IMPORTED_EARLY, *call["arguments"]], plugins=[SpareTime(call["needed"], call["spare_s"])]))


if __name__ == "__main__":
    main()
