"""A client of the API for one account: it signs in when needed, and its methods take and give the API's models."""

import time
from collections.abc import Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from rollout.target.answer import expect, expect_as, summary_of
from rollout.target.http import Client, bearer
from rollout.target.obstacle import Obstacle
from rollout.target.tokens import NoClaims, claims_of
from xcodereviewer.models import (
    Comment,
    Format,
    Id,
    Issue,
    IssueStatus,
    Overview,
    Page,
    Person,
    Project,
    Report,
    Task,
    Tokens,
)
from xcodereviewer.target import LOGIN
from xcodereviewer.waiting import REPORTS, review_after_its_end, within_budget

API = "/api/v1"
RENEW_BEFORE_S = 60
PAGE = 100  # the largest that the API gives
MOST_PAGES = 100
NO_ISSUE = "let `review` name a source in which a review finds issues, and GET /issues list them"


class Api:
    """
    The client of the account with *name* and *password*.

    A method named after a thing reads or creates it, and fails the test if the API does not. A failed implicit sign-in is
    an Obstacle; *who* names the account in its message, and *way_out* is the step that removes it.
    """

    def __init__(
        self, client: Client, name: str, password: SecretStr, *, who: str = "a new user", way_out: str = ""
    ) -> None:
        self.client = client
        self.name = name
        self.password = password
        self.who = who
        self.way_out = way_out
        self._tokens: Tokens | None = None

    @property
    def tokens(self) -> Tokens:
        """Valid tokens; if they expire within RENEW_BEFORE_S seconds, those of a new sign-in."""
        if self._tokens is None or ends_soon(self._tokens.access_token):
            self._tokens = self.new_tokens()
        return self._tokens

    def new_tokens(self) -> Tokens:
        """The tokens of a new implicit sign-in; Obstacle if that fails: what keeps the request away keeps its own way out."""
        try:
            return self.login()
        except Obstacle:
            raise
        except AssertionError as error:
            raise Obstacle(f"sign-in of {self.who}: {summary_of(error)}", self.way_out) from None

    @property
    def signed_in(self) -> bool:
        """Whether this client has signed in."""
        return self._tokens is not None

    def login(self) -> Tokens:
        """Sign in with name and password."""
        return expect_as(Tokens, login(self.client, self.name, self.password))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer, of any status, to an operation below the API's prefix."""
        return self.client.request(method, f"{API}{path}", headers=self.headers, **options)

    @property
    def headers(self) -> dict[str, str]:
        """The Authorization header of this account."""
        return bearer(self.tokens.access_token)

    def get(self, path: str, **params: Any) -> httpx.Response:
        """Read *path* with *params* in the query."""
        return self.request("GET", path, params=params or None)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        """Post *body* as JSON to *path*."""
        return self.request("POST", path, json=body)

    def me(self) -> Person:
        """The account as the API reports it."""
        return expect_as(Person, self.get("/auth/me"))

    def new_project(self, name: str, **fields: Any) -> Project:
        """Create a project *name*."""
        return expect_as(Project, self.post("/projects", {"name": name, "source_type": "local", **fields}), 201)

    def projects(self, **params: Any) -> Page[Project]:
        """One page of the own projects."""
        return expect_as(Page[Project], self.get("/projects", **params))

    def project(self, project_id: Id) -> Project:
        """One project."""
        return expect_as(Project, self.get(f"/projects/{project_id}"))

    def delete_project(self, project_id: Id) -> None:
        """Delete a project."""
        expect(self.request("DELETE", f"/projects/{project_id}"), 204)

    def new_task(self, project: Project, **fields: Any) -> Task:
        """Start a review of *project*."""
        body = {"project_id": project.id, "name": project.name, **fields}
        return expect_as(Task, self.post("/tasks", body), 201)

    def tasks(self, **params: Any) -> Page[Task]:
        """One page of the own reviews."""
        return expect_as(Page[Task], self.get("/tasks", **params))

    def task(self, task_id: Id) -> Task:
        """The current state of a review."""
        return expect_as(Task, self.get(f"/tasks/{task_id}"))

    def ended(self, task: Task) -> Task:
        """*task* after its end, of any status; Obstacle if it is under way when the time of reviews is over."""
        return review_after_its_end(lambda: self.task(task.id))

    def issues(self, **params: Any) -> Page[Issue]:
        """One page of issues."""
        return expect_as(Page[Issue], self.get("/issues", page_size=PAGE, **params))

    def issues_of(self, task: Task) -> tuple[Issue, ...]:
        """Every issue of *task*, page by page, in the order of the list."""
        first = self.issues(task_id=task.id)
        rest = range(2, min(-(-first.total // PAGE), MOST_PAGES) + 1)
        pages = [first, *(self.issues(task_id=task.id, page=page) for page in rest)]
        return tuple(issue for page in pages for issue in page.items)

    def an_issue(self, task: Task) -> Issue:
        """One issue of *task*; Obstacle if the list has none."""
        if not (found := self.issues(task_id=task.id).items):
            raise Obstacle(f"review {task.id}: got no issue, want one to work on", NO_ISSUE)
        return found[0]

    def issue(self, issue_id: Id) -> Issue:
        """One issue."""
        return expect_as(Issue, self.get(f"/issues/{issue_id}"))

    def set_status(self, issue: Issue, status: IssueStatus) -> Issue:
        """Move *issue* to *status*."""
        return expect_as(Issue, self.request("PUT", f"/issues/{issue.id}", json={"status": status}))

    def set_statuses(self, issues: Sequence[Issue], status: IssueStatus) -> None:
        """Move many issues to *status* at once."""
        expect(self.post("/issues/bulk-update", {"issue_ids": [issue.id for issue in issues], "status": status}))

    def comment(self, issue: Issue, content: str) -> Comment:
        """Comment on *issue*."""
        return expect_as(Comment, self.post(f"/issues/{issue.id}/comments", {"content": content}), 201)

    def new_report(self, task: Task, file_format: Format) -> Report:
        """Request a report on *task*."""
        return expect_as(Report, self.post("/reports", {"task_id": task.id, "format": file_format}), 201)

    def report(self, report_id: Id) -> Report:
        """The current state of a report."""
        return expect_as(Report, self.get(f"/reports/{report_id}"))

    def finished(self, report: Report) -> Report:
        """*report* as soon as it can be downloaded; a report that cannot be read at first fails at once."""
        self.report(report.id)

        def report_completed() -> Report:
            now = self.report(report.id)
            assert now.status == "completed", f"report {report.id}: got {now.status}, want completed"
            return now

        return within_budget(report_completed, REPORTS)

    def download(self, report: Report) -> bytes:
        """The content of a finished report."""
        return expect(self.get(f"/reports/{report.id}/download")).content

    def report_content(self, task: Task, file_format: Format) -> bytes:
        """The content of a new report on *task*, which is removed again."""
        report = self.finished(self.new_report(task, file_format))
        content = self.download(report)
        expect(self.request("DELETE", f"/reports/{report.id}"), 204)
        return content

    def overview(self) -> Overview:
        """The statistics of this account."""
        return expect_as(Overview, self.get("/statistics/overview"))


def login(client: Client, name: str, password: SecretStr, **options: Any) -> httpx.Response:
    """The answer, of any status, to a sign-in with *name* and *password*."""
    form = {"username": name, "password": password.get_secret_value()}
    return client.post(LOGIN, data=form, **options)


def renewed(client: Client, tokens: Tokens) -> Tokens:
    """Tokens in exchange for the refresh token of *tokens*."""
    return expect_as(Tokens, client.post(f"{API}/auth/refresh", json=refresh_form(tokens)))


def refresh_form(tokens: Tokens) -> dict[str, str]:
    """The request body that renews *tokens*."""
    return {"refresh_token": tokens.refresh_token.get_secret_value()}


def ends_soon(token: SecretStr) -> bool:
    """Whether *token* is due for renewal; one without claims is not known to end."""
    try:
        return expires_in(token) < RENEW_BEFORE_S
    except NoClaims:
        return False


def expires_in(token: SecretStr) -> float:
    """Seconds until *token* expires by its claims; infinity if they tell no expiry, NoClaims if it has none."""
    told = claims_of(token).get("exp")
    return told - time.time() if isinstance(told, int | float) else float("inf")
