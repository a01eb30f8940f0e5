"""The acceptance scenarios, end to end, as people walk through them."""

from collections import Counter
from collections.abc import Callable

import pytest

from rollout.target.answer import expect, expect_as
from rollout.target.obstacle import needed
from xcodereviewer.api import Api
from xcodereviewer.documents import json_report, markdown_report, pdf_report
from xcodereviewer.fixtures.reviews import SOURCE
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.fixtures.users import SignUp, desk
from xcodereviewer.live import Live
from xcodereviewer.migration import exported
from xcodereviewer.models import Agents, Format, Page, Project, Task
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

pytestmark = pytest.mark.criterion("workflows-functional")
Record = Callable[[str, object], None]
MOST_AT_ONCE = 50
FORMATS: tuple[Format, ...] = ("json", "markdown", "pdf")


@pytest.mark.promise("api: New-user onboarding")
def test_scenario_1_a_new_user_gets_going(sign_up: SignUp) -> None:
    """
    Somebody registers, signs in, finds an empty desk, creates a first project and sees it counted.
    """
    with desk(sign_up()) as newcomer:
        newcomer.login()
        assert newcomer.me().is_active
        assert newcomer.projects().total == 0
        project = newcomer.new_project(fresh_name())
        assert newcomer.projects().items == (project,)
        assert newcomer.overview().total_projects == 1


@pytest.mark.promise("api: Project management")
def test_scenario_2_a_project_is_managed_through_its_life(newcomer: Api) -> None:
    """
    A project is created, found, renamed, deleted, restored and deleted for good.
    """
    project = newcomer.new_project(fresh_name(), description="first")
    renamed = expect_as(Project, newcomer.request("PUT", f"/projects/{project.id}", json={"name": fresh_name()}))
    assert newcomer.projects(search=renamed.name).items == (renamed,)
    assert newcomer.projects(search=project.name).items == ()
    newcomer.delete_project(project.id)
    assert newcomer.projects().items == ()
    assert project.id in {item.id for item in expect_as(Page[Project], newcomer.get("/projects/deleted/list")).items}
    expect(newcomer.post(f"/projects/{project.id}/restore"))
    assert newcomer.project(project.id) == renamed
    newcomer.delete_project(project.id)


@pytest.mark.promise("api: Code analysis with live progress")
def test_scenario_3_code_is_analysed_while_its_author_watches(
    api: Api, new_project: NewProject, reviewable: dict[str, str], target: XcrTarget, record_property: Record
) -> None:
    """
    Live progress connects, answers a ping, shows progress, and ends as the review does.
    """
    task = api.new_task(new_project(**reviewable))
    messages = Live(target, task.id, api.tokens.access_token).conversation(within=needed(target, "review").within)
    kinds = [message["type"] for message in messages]
    progress = [message["progress"] for message in messages if message["type"] == "progress"]
    record_property("live.messages_count", len(messages))
    assert kinds[0] == "connected"
    assert "pong" in kinds
    assert progress, f"got messages {kinds!r}, want progress among them"
    ended = api.ended(task)
    assert (ended.status, ended.progress) == ("completed", 100)
    assert ended.status in (messages[-1]["type"], messages[-1].get("status"))


@pytest.mark.promise("api: Issue management and export")
def test_scenario_4_issues_are_worked_through_and_exported(newcomer: Api, reviewable: dict[str, str]) -> None:
    """
    Issues are filtered, discussed, resolved one by one and in bulk, and leave with the export as they then are.
    """
    project = newcomer.new_project(fresh_name(), **reviewable)
    task = newcomer.ended(newcomer.new_task(project))
    issues = newcomer.issues_of(task)
    assert len(issues) >= 2, f"got {len(issues)} issues, want at least 2 to work on"
    first, others, rest = issues[0], issues[1:][:MOST_AT_ONCE], issues[1:][MOST_AT_ONCE:]
    newcomer.comment(first, "agreed")
    newcomer.set_status(first, "in_progress")
    newcomer.set_statuses(others, "resolved")
    left = Counter((issue["title"], issue.get("status")) for issue in exported(newcomer)["data"]["audit_issues"])
    worked_on = [(first.title, "in_progress"), *((issue.title, "resolved") for issue in others)]
    assert left == Counter([*worked_on, *((issue.title, issue.status) for issue in rest)])


@pytest.mark.promise("api: Report generation in JSON, Markdown, PDF")
def test_scenario_5_reports_are_read_in_three_formats(reviewer: Api, completed: Task) -> None:
    """
    JSON, Markdown and PDF of one review, asked for together, can each be opened.
    """
    made = {form: reviewer.new_report(completed, form) for form in FORMATS}
    content = {form: reviewer.download(reviewer.finished(report)) for form, report in made.items()}
    assert json_report(content["json"])
    assert markdown_report(content["markdown"])
    assert pdf_report(content["pdf"]).strip(), "PDF report: got pages without text, want some"


@pytest.mark.promise("api: Multi-agent analysis")
def test_scenario_6_several_agents_look_at_the_same_code(
    api: Api, new_project: NewProject, reviewable: dict[str, str]
) -> None:
    """
    The available agents are listed, two of them are asked together, and a review that names them finds issues.
    """
    names = expect_as(Agents, api.get("/agents/available")).names
    assert len(names) >= 2, f"got agents {names!r}, want several"
    body = {"code": SOURCE, "language": "python", "agents": names[:2]}
    assert expect(api.post("/agents/analyze", body)).json()
    task = api.ended(api.new_task(new_project(**reviewable), agents_used=names[:2]))
    assert task.status == "completed"
    assert len(api.issues_of(task)) == task.total_issues > 0
