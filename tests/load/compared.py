"""A comparison of two releases that both answer at once; prints what was measured of its process as JSON."""

import json
import sys

from load.comparison import READS
from rollout.evidence.records import ComparisonPairs, Record
from rollout.judge.degradation import ComparisonProspect
from rollout.locust_plugin.controller.baseline_comparison import BaselineComparison, Reads
from tests.judge.loads import PLAN
from tests.load.limited import NOWHERE, Place
from tests.target.allowed import target_at


def said(text: str) -> None:
    """Take a line of progress."""


if __name__ == "__main__":
    records: list[Record] = []
    reads = Reads(READS.paths, lambda *_: True, 1)
    target = target_at(NOWHERE, "load", baseline_url=NOWHERE)
    prospect = ComparisonProspect([PLAN.criterion("stage.not-slower")])
    clients = {target.url(): Place(200), NOWHERE: Place(200)}
    BaselineComparison(reads, target, "seed", 2.0, clients.__getitem__, records.append, said, prospect).run()  # type: ignore[arg-type]
    told = [record.reading for record in records if isinstance(record, ComparisonPairs)]
    json.dump({"seconds": len(told), "measured": sum(each is not None for each in told)}, sys.stdout)
