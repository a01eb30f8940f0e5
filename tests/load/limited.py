"""A comparison whose release answers with a status, the baseline with 200; prints for each status the pairs that count as JSON."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from load.comparison import READS
from rollout.judge.comparison_prospect import ComparisonProspect
from rollout.locust_plugin.controller.baseline_comparison import BaselineComparison
from tests.target.allowed import target_at

NOWHERE = "http://127.0.0.1:1"


class Place:
    """A release that answers each read with *status*."""

    def __init__(self, status: int) -> None:
        self.status = status

    @contextmanager
    def get(self, path: str, **options: Any) -> Iterator[Any]:
        """An answer."""
        yield SimpleNamespace(status_code=self.status, success=lambda: None)


def pairs(status: int) -> int:
    """How many pairs a read gives where the release answers *status*."""
    target = target_at(NOWHERE, "load", baseline_url=NOWHERE)
    clients: Any = (Place(status), Place(200))
    comparison = BaselineComparison(
        READS, target, "seed", 1.0, clients.__getitem__, print, print, ComparisonProspect(())
    )
    comparison._pair(clients, next(iter(READS.paths)), 0)
    return sum(len(found) for found in comparison._seconds.get(0, {}).values())


if __name__ == "__main__":
    json.dump({status: pairs(status) for status in (200, 429, 500)}, sys.stdout)
