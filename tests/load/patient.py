"""Leads of targets whose reviews are slow, on one that says so and on one that does not; prints what they came to as JSON."""

import json
import sys
from types import SimpleNamespace
from typing import Any, cast

from load.lead import Lead
from load.member import Id
from rollout.locust_plugin.generator.user import LoadUser
from rollout.locust_plugin.generator.worker_context import WorkerContext
from tests.target.allowed import target_at
from xcodereviewer.target import ReviewSource


class Patient(Lead):
    """A lead whose review is over at the look of number *over_at*; its requests are answered here, without a network."""

    def __init__(self, over_at: int) -> None:
        self.task = 7
        self.trouble = ""
        self.looks = 0
        self.over_at = over_at

    def outside(self, method: str, path: str, name: str = "outside", **options: Any) -> dict[str, Any]:
        """The review, under way until its time."""
        self.looks += 1
        return {"id": 7, "status": "completed" if self.looks >= self.over_at else "running"}


class Doubtful(Lead):
    """A lead at a server that starts reviews and says that it did not, and whose reviews fail; *asked* are the methods."""

    def __init__(self) -> None:
        self.trouble, self.tried, self.task, self.number = "", set(), 0, 1
        self.asked: list[str] = []

    mark = "rollout-run-w-1"

    def project_to_review(self, name: str) -> Id:
        """The project of the lead."""
        return 5

    def outside(self, method: str, path: str, name: str = "outside", **options: Any) -> dict[str, Any]:
        """The review, which failed, by its id or in the list."""
        self.asked.append(method)
        self.trouble = "POST /api/v1/tasks answered 500" if method == "POST" else ""
        if path.startswith("/tasks?"):
            return {"items": [{"id": 3, "project_id": 4}, {"id": 9, "project_id": 5}]}
        return {"id": 9, "status": "failed", "error_message": "no network"} if method == "GET" else {}


def doubtful() -> list[Any]:
    """The ids of three tries to start a review, what became of it, and how many were started."""
    lead = Doubtful()
    ids = [lead.started_review() for _ in range(3)]
    lead.task = ids[-1]
    return [ids, lead.read_to_its_end(), lead.trouble, lead.task, lead.asked.count("POST")]


def ended(within: str) -> list[Any]:
    """Whether a lead gets ready whose review is over at the third look, its trouble and its looks."""
    repository = {"kind": "github", "url": "https://github.com/o/r", "branch": "main", "least_issues": 2}
    source = ReviewSource.model_validate(repository | {"within": within})
    LoadUser.worker = cast(WorkerContext, SimpleNamespace(target=target_at("http://127.0.0.1:1", review=source)))
    lead = Patient(3)
    return [lead.read_to_its_end(), lead.trouble, lead.looks]


if __name__ == "__main__":
    json.dump({"long": ended("60s"), "short": ended("0.1s"), "doubtful": doubtful()}, sys.stdout)
