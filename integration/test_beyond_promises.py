"""What users may expect though neither the plan nor the published API promises it: reported, never decisive."""

from collections.abc import Callable

import pytest

from rollout.target.answer import expect, expect_as
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle, needed
from rollout.target.permission import as_it_comes
from xcodereviewer.api import API, Api, login, refresh_form, renewed
from xcodereviewer.documents import json_report, markdown_report, pdf_report
from xcodereviewer.fixtures.reviews import SOURCE
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.fixtures.users import strong_password
from xcodereviewer.live import Live
from xcodereviewer.models import Agents, Analysis, CacheCounters, Discussed, Format, Project, Results, Task
from xcodereviewer.refusals import TURNED_AWAY
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.criterion("beyond-promises")
Record = Callable[[str, object], None]
READS = 5
MOST_GUESSES = 30


@pytest.mark.promise("advisory: nothing is said about what is cached")
def test_reading_a_list_again_hits_the_cache(admin: Api, api: Api, record_property: Record) -> None:
    """
    The cache's hit counter moves when the same list is read again and again.
    """
    before = hits(admin)
    for _ in range(READS):
        api.projects()
        api.overview()
    gained = hits(admin) - before
    record_property("cache.hits_gained_count", gained)
    assert gained > 0, f"{READS} readings of the same list: got no hit, want some"


@pytest.mark.promise("advisory: a soft delete leaves the list; nothing is said about the page of the project")
def test_a_deleted_project_cannot_be_opened(api: Api, project: Project) -> None:
    """
    Until it is restored, a deleted project is hidden from its owner too.
    """
    api.delete_project(project.id)
    expect(api.get(f"/projects/{project.id}"), 404)


@pytest.mark.promise("advisory: nothing is said about using a refresh token twice")
def test_a_refresh_token_works_once(newcomer: Api, anonymous: Client) -> None:
    """
    A renewal hands out another refresh token, and the used one is refused from then on.
    """
    before = newcomer.tokens
    after = renewed(anonymous, before)
    assert after.refresh_token != before.refresh_token
    expect(anonymous.post(f"{API}/auth/refresh", json=refresh_form(before)), *TURNED_AWAY)


@pytest.mark.promise("advisory: logging out is answered 204; nothing is said about tokens that are out")
def test_after_a_logout_the_session_cannot_be_renewed(newcomer: Api, anonymous: Client) -> None:
    """
    Logging out ends the session: its refresh token is refused.
    """
    tokens = newcomer.tokens
    newcomer.post("/auth/logout", refresh_form(tokens))
    expect(anonymous.post(f"{API}/auth/refresh", json=refresh_form(tokens)), *TURNED_AWAY)


@pytest.mark.promise("advisory: nothing is said about wrong passwords in a row")
def test_guessing_passwords_is_stopped(signed_in_newcomer: Api) -> None:
    """
    After some wrong passwords in a row the account is locked, or the guesser is slowed down.
    """
    wrong = strong_password()
    for _ in range(MOST_GUESSES):
        answer = expect(
            login(signed_in_newcomer.client, signed_in_newcomer.name, wrong, extensions=as_it_comes()),
            *TURNED_AWAY,
            423,
            429,
        )
        if answer.status_code in (423, 429):
            return
    raise AssertionError(f"{MOST_GUESSES} wrong passwords in a row: got a refusal each time, want 423 or 429 at last")


@pytest.mark.promise("advisory: the published fields of an issue have no comments")
def test_a_comment_is_read_again_with_its_issue(api: Api, reviewed: Task) -> None:
    """
    What was said about an issue stands with it when it is opened.
    """
    issue = api.an_issue(reviewed)
    words = "Seen by two people — agreed 👍"
    api.comment(issue, words)
    opened = expect_as(Discussed, api.get(f"/issues/{issue.id}"))
    assert words in [said.content for said in opened.comments]


@pytest.mark.promise("advisory: the fields of results are not published")
def test_results_agree_with_the_list_of_issues(reviewer: Api, completed: Task) -> None:
    """
    The results of a review hold the same number of issues as the list does.
    """
    results = expect_as(Results, reviewer.get(f"/tasks/{completed.id}/results"))
    assert results.total_issues == len(reviewer.issues_of(completed))


@pytest.mark.promise("advisory: nothing is said about what the score means")
def test_issues_lower_the_score(reviewer: Api, completed: Task) -> None:
    """
    A review that found issues has no perfect score.
    """
    assert completed.overall_score is not None
    assert completed.overall_score < 100 or not completed.total_issues


@pytest.mark.parametrize(
    ("form", "text_of"),
    [
        pytest.param("json", lambda content: str(json_report(content)), id="JSON"),
        pytest.param("markdown", markdown_report, id="Markdown"),
        pytest.param("pdf", pdf_report, id="PDF"),
    ],
)
@pytest.mark.promise("advisory: nothing is said about the contents of a report")
def test_a_report_names_every_issue(
    reviewer: Api, completed: Task, form: Format, text_of: Callable[[bytes], str]
) -> None:
    """
    The title of every issue stands in the report.
    """
    text = plain(text_of(reviewer.report_content(completed, form)))
    assert [issue.title for issue in reviewer.issues_of(completed) if plain(issue.title) not in text] == []


@pytest.mark.promise("advisory: progress messages are published, their number and order are not")
def test_progress_moves_forward(
    api: Api, new_project: NewProject, reviewable: dict[str, str], target: XcrTarget, record_property: Record
) -> None:
    """
    Live progress moves more than once, and never backwards.
    """
    task = api.new_task(new_project(**reviewable))
    messages = Live(target, task.id, api.tokens.access_token).conversation(within=needed(target, "review").within)
    progress = [message["progress"] for message in messages if message["type"] == "progress"]
    record_property("live.progress_count", len(progress))
    assert len(set(progress)) > 1, f"got progress {progress!r}, want it to move"
    assert progress == sorted(progress)


@pytest.mark.promise("advisory: the fields of an analysis are not published")
def test_several_agents_find_the_issues_of_careless_code(api: Api) -> None:
    """
    Two agents asked together about careless code name issues of it.
    """
    names = expect_as(Agents, api.get("/agents/available")).names
    body = {"code": SOURCE, "language": "python", "agents": names[:2]}
    assert expect_as(Analysis, api.post("/agents/analyze", body)).issues


def hits(admin: Api) -> int:
    """How often the cache had what was asked for; Obstacle where nobody counts."""
    counters = expect_as(CacheCounters, admin.get("/monitoring/redis/cache"))
    if counters.used is None:
        raise Obstacle("nobody counts what the cache had: /monitoring/redis/cache tells no hits")
    return counters.used


def plain(text: str) -> str:
    """*text* without what the layout of a page changes."""
    return "".join(text.split())
