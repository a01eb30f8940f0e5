"""A comparison of two releases that both answer at once; prints what was measured of its process as JSON."""

import json
import sys
from types import SimpleNamespace

from load.comparison import READS
from rollout.evidence.records import ComparisonPairs, OwnReading, Record
from rollout.judge.comparison_prospect import ComparisonProspect
from rollout.locust_plugin.controller.baseline_comparison import BaselineComparison, Reads
from tests.judge.loads import PLAN
from tests.load.limited import NOWHERE, Place
from tests.target.allowed import target_at

records: list[Record] = []


def said(text: str) -> None:
    """Take a line of progress."""


def accusing(cpu_percent: float) -> int:
    """How many pairs of a process that used so much of a processor can accuse the release."""
    seen = ComparisonProspect([PLAN.criterion("stage.not-slower")])
    busy = BaselineComparison(READS, target_at(NOWHERE), "seed", 1.0, Place, records.append, said, seen)  # type: ignore[arg-type]
    vars(busy)["_own"] = SimpleNamespace(of=lambda _: OwnReading(cpu_percent=cpu_percent))
    busy._seconds[5] = {"projects": [(100.0, 40.0)] * 10}
    busy._write(before=6)
    return seen._seen[0][2].pairs


if __name__ == "__main__":
    reads = Reads(READS.paths, lambda *_: True, 1)
    target = target_at(NOWHERE, "load", baseline_url=NOWHERE)
    prospect = ComparisonProspect([PLAN.criterion("stage.not-slower")])
    clients = {target.url(): Place(200), NOWHERE: Place(200)}
    BaselineComparison(reads, target, "seed", 2.0, clients.__getitem__, records.append, said, prospect).run()  # type: ignore[arg-type]
    told = [record.reading for record in records if isinstance(record, ComparisonPairs)]
    measured = sum(each is not None for each in told)
    json.dump({"seconds": len(told), "measured": measured, "accusing": [accusing(20), accusing(99)]}, sys.stdout)
