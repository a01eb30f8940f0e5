"""A load user, and the comparison with the previous release, on a target without a setting; prints their messages as JSON."""

import json
import ssl
import sys
from types import SimpleNamespace
from typing import Any, cast

from load.comparison import READS
from load.lead import Lead
from rollout.evidence.records import ComparisonEnd, Record
from rollout.judge.comparison_prospect import ComparisonProspect
from rollout.locust_plugin.controller.baseline_comparison import BaselineComparison, http_session
from rollout.locust_plugin.generator.user import LoadUser
from rollout.locust_plugin.generator.worker_context import WorkerContext
from tests.target.allowed import target_at

NOWHERE = "http://127.0.0.1:1"
TARGET = target_at(NOWHERE, "load", "write", baseline_url=NOWHERE, user_password=None)


class Unconfigured(Lead):
    """A user that must send no requests; none would be answered."""

    def __init__(self) -> None:
        self.trouble = ""


def answers() -> dict[str, Any]:
    """The facts that the tests check."""
    user, ended = Unconfigured(), list[Record]()
    LoadUser.worker = cast(WorkerContext, SimpleNamespace(target=TARGET))
    project = user.project_to_review("rollout-run-w-1-lead")
    comparison = BaselineComparison(
        READS,
        TARGET,
        seed="seed",
        longest_s=1.0,
        clients=lambda place: http_session(place, ssl.create_default_context),
        append=ended.append,
        tell=print,
        prospect=ComparisonProspect(()),
    )
    comparison.run()
    ends = [each.text for each in ended if isinstance(each, ComparisonEnd)]
    return {"project": project, "trouble": user.trouble, "ends": ends}


if __name__ == "__main__":
    json.dump(answers(), sys.stdout)
