"""Reviewers: read lists, open a project, and now and then start a review and follow it."""

import gevent

from load.member import Id, Member
from rollout.locust_plugin.generator.canary_writes import Written, digest
from rollout.locust_plugin.generator.user import arrival

FIELDS = ("name", "description")
LOOKS = 40
BETWEEN_LOOKS_S = 0.5
OVER = ("completed", "failed", "cancelled")


class Reviewer(Member):
    """A user that reads far more often than it writes; every project it creates is a canary, verified after the load."""

    scenario = "reviewer"
    usual_items = 1  # projects in the user's list before the load begins
    project: Id = 0
    created = 0

    def prepare(self) -> bool:
        """Sign in and create a project to work on."""
        if not super().prepare():
            return False
        made = [self.project_to_review(f"{self.mark}-work-{number}") or 0 for number in range(self.items)]
        self.project = made[0] if all(made) else 0
        return bool(self.project)

    @arrival("projects.list", 10)
    def list_projects(self) -> None:
        """Read the list of projects."""
        with self.ask("GET", "/projects?page=1&page_size=20", "projects.list") as answer:
            assert answer.js, "the list is empty,"
            assert isinstance(answer.js["items"], list), "items is not a list,"

    @arrival("projects.open", 8)
    def open_project(self) -> None:
        """Read the user's project."""
        with self.ask("GET", f"/projects/{self.project}", "projects.open") as answer:
            assert answer.js, "no project,"
            assert answer.js["id"] == self.project, "another project,"

    @arrival("issues.list", 4)
    def list_issues(self) -> None:
        """Read the issues that reviews found."""
        with self.ask("GET", f"/issues?project_id={self.project}&page_size=20", "issues.list") as answer:
            assert answer.js is not None, "no list,"
            assert isinstance(answer.js["items"], list), "items is not a list,"

    @arrival("projects.create", 2)
    def create_project(self) -> None:
        """Create a project as a canary write."""
        self.created += 1
        label = f"{self.mark}-{self.created}"
        body = {"name": label, "description": f"canary {self.random.getrandbits(64):016x}", "source_type": "local"}
        with self.ask("POST", "/projects", "projects.create", json=body) as answer:
            assert answer.js, "no project,"
            assert answer.js["name"] == label, "another name,"
            self.wrote(Written(label, f"/api/v1/projects/{answer.js['id']}", FIELDS, digest(body, FIELDS)))

    @arrival("tasks.start", 1)
    def review(self) -> None:
        """Start a review and poll it to its end."""
        body = {"project_id": self.project, "name": self.mark}
        task = 0
        with self.ask("POST", "/tasks", "tasks.start", json=body) as answer:
            assert answer.js, "no task,"
            task = answer.js["id"]
        if task and self.followed(task):
            with self.ask("GET", f"/tasks/{task}/results", "tasks.results") as answer:
                assert answer.js, "no results,"

    def followed(self, task: Id) -> bool:
        """Poll the review until it is over; whether it completed. One that takes longer is no failed request."""
        for _ in range(LOOKS):
            gevent.sleep(BETWEEN_LOOKS_S)
            status = ""
            with self.ask("GET", f"/tasks/{task}", "tasks.follow") as answer:
                assert answer.js, "no task,"
                status = str(answer.js["status"])
                assert status not in OVER or status == "completed", f"the review ended {status},"
            if status in OVER or self.over:
                return status == "completed"
        return False
