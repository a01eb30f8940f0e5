"""Leads: look at statistics and download reports."""

from time import monotonic
from typing import Any

import gevent

from load.member import Id, Member
from load.reviewer import BETWEEN_LOOKS_S, LOOKS, OVER
from rollout.locust_plugin.generator.user import arrival
from rollout.target.obstacle import needed
from xcodereviewer.target import ReviewSource
from xcodereviewer.waiting import LONGER

REVIEW = "review"  # among what was tried


class Lead(Member):
    """A user that reads statistics and the report of one finished review."""

    scenario = "lead"
    task: Id = 0

    def prepare(self) -> bool:
        """Sign in, start a review and wait until it is finished, for as long as the target says that one takes."""
        if not super().prepare():
            return False
        if not self.task:
            self.task = self.started_review()
        return bool(self.task) and self.read_to_its_end()

    def read_to_its_end(self) -> bool:
        """Whether the own review completed, in the time `within` of the target's `review`."""
        source: ReviewSource = needed(self.worker.target, "review")
        began = monotonic()
        while True:
            review = self.outside("GET", f"/tasks/{self.task}")
            if review.get("status") in OVER:
                return self.finished(review)
            if monotonic() - began > source.within:
                self.trouble = self.trouble or f"review {self.task} was not over after {source.within:g} s: {LONGER}"
                return False
            gevent.sleep(BETWEEN_LOOKS_S)

    def started_review(self) -> Id:
        """
        The id of the review of the own project, 0 if there is none; one that was asked for is looked for, not asked for again.
        """
        project = self.project_to_review(f"{self.mark}-lead")
        if project is None:
            return 0
        if REVIEW in self.tried:
            return self.review_of(project)
        self.tried.add(REVIEW)
        started = self.outside("POST", "/tasks", json={"project_id": project, "name": self.mark}).get("id")
        return started if isinstance(started, Id) else 0

    def review_of(self, project: Id) -> Id:
        """The id of an existing review of a *project*, which a failed request may have started; 0 if there is none."""
        tasks = self.listed("/tasks", 1, f"&project_id={project}")
        found = (each.get("id") for each in tasks if each.get("project_id") == project)
        self.trouble = self.trouble or "the review that was asked for is not there"
        return next((each for each in found if isinstance(each, Id)), 0)

    def finished(self, review: dict[str, Any]) -> bool:
        """Whether the review completed; one that ended otherwise is the cause for the whole run, and no other is started."""
        if review["status"] != "completed":
            self.trouble = f"review ended {review['status']}: {review.get('error_message')!r}"
        return review["status"] == "completed"  # type: ignore[no-any-return]

    @arrival("statistics.overview", 6)
    def overview(self) -> None:
        """Read the overview."""
        with self.ask("GET", "/statistics/overview", "statistics.overview") as answer:
            assert answer.js, "no overview,"
            assert answer.js["total_projects"] >= 1, "the own project is not counted,"

    @arrival("statistics.trends", 3)
    def trends(self) -> None:
        """Read the trends of the last week."""
        with self.ask("GET", "/statistics/trends?days=7", "statistics.trends") as answer:
            assert answer.js is not None, "no trends,"

    @arrival("reports.create", 1)
    def report(self) -> None:
        """Request a report and download it."""
        report = 0
        with self.ask("POST", "/reports", "reports.create", json={"task_id": self.task, "format": "json"}) as answer:
            assert answer.js, "no report,"
            report = answer.js["id"]
        if report and self.written(report):
            with self.ask("GET", f"/reports/{report}/download", "reports.download") as answer:
                assert answer.js, "an empty report,"

    def written(self, report: Id) -> bool:
        """Poll the report until it is written; whether it was. One that takes longer is no failed request."""
        for _ in range(LOOKS):
            gevent.sleep(BETWEEN_LOOKS_S)
            status = ""
            with self.ask("GET", f"/reports/{report}", "reports.follow") as answer:
                assert answer.js, "no report,"
                status = str(answer.js["status"])
                assert status not in OVER or status == "completed", f"the report ended {status},"
            if status in OVER or self.over:
                return status == "completed"
        return False

    def leave(self) -> None:
        """Delete the reports, then the projects."""
        self.throw_away("/reports", lambda report: report.get("task_id") == self.task)
        super().leave()
