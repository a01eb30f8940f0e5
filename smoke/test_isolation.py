"""Do people see their own things only? One makes them, another one tries to reach them."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rollout.target.answer import asked, expect_as
from rollout.target.openapi import Operation, Schema, example, expect_no_complaint
from rollout.target.raw_client import RawClient
from xcodereviewer.api import Api
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.live import Live
from xcodereviewer.models import Page, Project, Task
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.criterion("access-controlled")
Record = Callable[[str, object], None]
HIDDEN = (404, 403)
SOCKET_REFUSED = (401, 403, 404)
PARENTS = {"project_id": "projects", "task_id": "tasks"}


@pytest.fixture
def belongings(api: Api, project: Project, reviewed: Task) -> dict[str, int]:
    """Things of somebody else, by the word that names them in a path."""
    report = api.new_report(reviewed, "json")
    issues = api.issues(task_id=reviewed.id).items
    assert issues, f"review {reviewed.id}: got no issue, want one to hide"
    return {"projects": project.id, "tasks": reviewed.id, "reports": report.id, "issues": issues[0].id}


@pytest.fixture
def other(newcomer: Api, target: XcrTarget) -> RawClient:
    """Somebody signed in who owns nothing."""
    return RawClient(newcomer.client, target.rate_limit_probe, newcomer.tokens.access_token)


def test_nobody_reaches_what_belongs_to_somebody_else(
    target: XcrTarget,
    other: RawClient,
    belongings: dict[str, int],
    every_operation: list[Operation],
    openapi: Schema,
    record_property: Record,
) -> None:
    """
    Every operation that names a thing of somebody else, in its path or its body, does as if it were not there.
    """
    mine = [one for one in every_operation if names(one, belongings) and not one.among(target.admin_operations)]
    record_property("foreign_operations_count", len(mine))
    assert mine, "got no operation that names a project, task, issue or report, want some"
    expect_no_complaint(mine, lambda operation: reached(other, operation, belongings, openapi), summary)


def test_lists_do_not_widen_to_what_belongs_to_somebody_else(
    other: RawClient, belongings: dict[str, int], every_operation: list[Operation]
) -> None:
    """
    Lists of somebody who owns nothing are empty, when asked for a foreign project or task too.
    """
    lists = [one for one in every_operation if one.method == "GET" and not one.places and "page" in one.query]
    private = [one for one in lists if one.path.rstrip("/").rpartition("/")[2] in (*belongings, "list")]
    assert private, "got no list of projects, tasks, issues or reports, want some"
    for operation in private:
        filters = [{name: belongings[thing]} for name, thing in PARENTS.items() if name in operation.query]
        for chosen in ({}, *filters):
            answer = other.ask("GET", operation.path, params=chosen)
            seen = expect_as(Page[Any], answer).total if answer.status_code not in HIDDEN else 0
            assert seen == 0, f"{asked(answer.request)}: got {seen} of somebody else's"


def test_progress_is_told_to_nobody_else(target: XcrTarget, reviewer: Api, newcomer: Api, completed: Task) -> None:
    """
    The WebSocket of a review tells nothing to strangers, to people with bad tokens, and to other people.
    """
    tokens = {
        "no token": SecretStr(""),
        "garbage": SecretStr("rollout.no.token"),
        "a refresh token": reviewer.tokens.refresh_token,
        "somebody else's token": newcomer.tokens.access_token,
    }
    told = {name: first for name, token in tokens.items() if (first := first_message(target, completed, token))}
    assert not told, f"WebSocket of review {completed.id}: got {told}, want nothing"


def test_the_owner_reaches_them(api: Api, new_project: NewProject) -> None:
    """
    The owner is let in by the same road: refusals are about the person and not about everybody.
    """
    project = new_project()
    assert api.project(project.id) == project
    assert project in api.projects(search=project.name).items


def first_message(target: XcrTarget, review: Task, token: SecretStr) -> str | None:
    """What the WebSocket of *review* says first to the bearer of *token*; None where it lets nobody in."""
    try:
        with Live(target, review.id, token).connection() as socket:
            return str(socket.recv(timeout=2))
    except ConnectionClosed:
        return None
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        return None if status in SOCKET_REFUSED else f"status {status}"
    except TimeoutError:
        return "an open connection"


def names(operation: Operation, belongings: dict[str, int]) -> bool:
    """Whether an operation names one of *belongings*."""
    required = (operation.body or {}).get("required", ())
    return bool(set(operation.things()) & belongings.keys() or set(required) & PARENTS.keys())


def reached(other: RawClient, operation: Operation, belongings: dict[str, int], openapi: Schema) -> str | None:
    """How a foreign thing was reached, with a body that would do if it were one's own; None where it was not."""
    known = {name: belongings[thing] for name, thing in PARENTS.items()}
    body = example(openapi, operation.body, known) if operation.body else None
    path = operation.filled({thing: str(number) for thing, number in belongings.items()})
    got = other.ask(operation.method, path, json=body)
    return None if got.status_code in HIDDEN else f"{asked(got.request)}: got {got.status_code}"


def summary(wrong: list[str], count: int) -> str:
    """What was reached, the first ones by name."""
    return f"{len(wrong)} of {count} operations reached: {'; '.join(wrong[:3])}"
