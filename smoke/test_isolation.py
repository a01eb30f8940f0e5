"""Do people see their own things only? One makes them, another one tries to reach them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rollout.target.answer import asked, expect_as
from rollout.target.obstacle import Obstacle
from rollout.target.openapi import Operation, Schema, expect_no_complaint
from rollout.target.raw_client import RawClient
from rollout.target.settings import READS
from xcodereviewer.api import Api
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.live import Live
from xcodereviewer.models import Page, Project, Task
from xcodereviewer.object_kinds import Objects, kinds_changed, references
from xcodereviewer.refusals import OF_ROLES, Refusal, expect_told, summary, unless_untold
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

pytestmark = [pytest.mark.criterion("access-controlled"), pytest.mark.promise("api: Another owner's object: 404.")]
Record = Callable[[str, object], None]
HIDDEN = (404, 403)
SOCKET_REFUSED = (400, 401, 403, 404)
NOT_THEIRS = (400, 401, 403)  # some deployments say 400
PARENTS = {"project_id": "projects", "task_id": "tasks"}
OF_REVIEWS = ("issues", "reports")
WORDS = ("name", "title", "description", "content", "email")
WAY_OUT = "list operations on things that nobody owns in `unowned_operations` of the target's file, administrators' ones in `admin_operations`"


@pytest.fixture
def belongings(
    api: Api, project: Project, every_operation: list[Operation], openapi: Schema, target: XcrTarget
) -> Iterator[Objects]:
    """Things of somebody else: themselves, a project, and one of each kind that a plain user can make."""
    ids = {"users": str(api.me().id), "projects": str(project.id)}
    objects = Objects(api, owned(every_operation, target), openapi, ids)
    objects.make(kinds_changed(objects.operations))
    yield objects
    objects.remove()


@pytest.fixture
def findings(api: Api, reviewed: Task, every_operation: list[Operation], openapi: Schema) -> Objects:
    """What came of somebody else's review."""
    report = api.new_report(reviewed, "json")
    issues = api.issues(task_id=reviewed.id).items
    assert issues, f"review {reviewed.id}: got no issue, want one to hide"
    ids = {"projects": reviewed.project_id, "tasks": reviewed.id, "reports": report.id, "issues": issues[0].id}
    return Objects(api, every_operation, openapi, {thing: str(number) for thing, number in ids.items()})


@pytest.fixture
def thrown_away(api: Api, every_operation: list[Operation], openapi: Schema) -> Objects:
    """A project that somebody else deleted."""
    project = api.new_project(fresh_name())
    api.delete_project(project.id)
    return Objects(api, every_operation, openapi, {"projects": str(project.id)})


@pytest.fixture
def shared(admin: Api, belongings: Objects, every_operation: list[Operation], openapi: Schema) -> Iterator[Objects]:
    """One thing of each kind that administrators alone can make."""
    objects = Objects(admin, every_operation, openapi)
    objects.make(kind for kind in kinds_changed(every_operation) if belongings.refused.get(kind) in NOT_THEIRS)
    yield objects
    objects.remove()


@pytest.fixture
def other(newcomer: Api, target: XcrTarget) -> RawClient:
    """Somebody signed in who owns nothing."""
    return RawClient(newcomer.client, target.rate_limit_probe, newcomer.tokens.access_token)


def test_nobody_reaches_what_belongs_to_somebody_else(
    target: XcrTarget, other: RawClient, belongings: Objects, record_property: Record
) -> None:
    """
    Every operation that names a thing of somebody else, in its path or its body, does as if it were not there.
    """
    expect_out_of_reach(
        other, belongings, among(belongings, not_for_administrators(belongings, target)), record_property
    )
    untried = {kind for kind in kinds_changed(not_for_administrators(belongings, target)) if kind not in belongings.ids}
    untried -= {*OF_REVIEWS, *(kind for kind in untried if belongings.refused.get(kind) in NOT_THEIRS)}
    if untried:
        raise Obstacle(f"nobody could make one of {sorted(untried)} to be touched by somebody else", WAY_OUT)


def test_nobody_reaches_what_a_review_of_somebody_else_found(
    target: XcrTarget, other: RawClient, findings: Objects, record_property: Record
) -> None:
    """
    Issues and reports of somebody else can be neither read nor changed nor deleted.
    """
    expect_out_of_reach(other, findings, among(findings, not_for_administrators(findings, target)), record_property)


def test_nobody_reaches_what_somebody_else_threw_away(
    target: XcrTarget, other: RawClient, thrown_away: Objects, record_property: Record
) -> None:
    """
    A deleted project is taken back by its owner alone.
    """
    chosen = among(thrown_away, not_for_administrators(thrown_away, target))
    expect_out_of_reach(other, thrown_away, chosen, record_property)


def test_nobody_changes_what_is_shared(other: RawClient, shared: Objects, record_property: Record) -> None:
    """
    What administrators keep for everybody is changed and deleted by no plain user, and is afterwards as it was.
    """
    changing = [one for one in among(shared, shared.operations) if one.method not in READS]
    if changing:
        expect_out_of_reach(other, shared, changing, record_property)
    if shared.refused:
        raise Obstacle(f"no administrator could make one of {sorted(shared.refused)} to be touched by others", WAY_OUT)


def test_lists_do_not_widen_to_what_belongs_to_somebody_else(
    other: RawClient, findings: Objects, every_operation: list[Operation]
) -> None:
    """
    Lists of somebody who owns nothing are empty, when asked for a foreign project or task too.
    """
    lists = [one for one in every_operation if one.method == "GET" and not one.places and "page" in one.query]
    private = [one for one in lists if one.path.rstrip("/").rpartition("/")[2] in (*findings.ids, "list")]
    assert private, "got no list of projects, tasks, issues or reports, want some"
    for operation in private:
        filters = [{name: findings.ids[thing]} for name, thing in PARENTS.items() if name in operation.query]
        for chosen in ({}, *filters):
            answer = other.ask("GET", operation.path, params=chosen)
            seen = expect_as(Page[Any], answer).total if answer.status_code not in HIDDEN else 0
            assert seen == 0, f"{asked(answer.request)}: got {seen} of somebody else's"


@pytest.mark.promise("api: WS /api/v1/ws/tasks/{id}")
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


@pytest.mark.promise("api: GET /api/v1/projects/{id}")
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


def owned(operations: list[Operation], target: XcrTarget) -> list[Operation]:
    """The operations but for those on things that nobody owns."""
    return [one for one in operations if not one.among(target.unowned_operations)]


def not_for_administrators(objects: Objects, target: XcrTarget) -> list[Operation]:
    """The operations that plain users are meant for."""
    return [one for one in objects.operations if not one.among(target.admin_operations)]


def among(objects: Objects, operations: list[Operation]) -> list[Operation]:
    """The operations that name one of *objects* in their path or must name one in their body; deleting comes last."""
    fields = references(objects.operations, objects.ids).keys()
    named = [
        one
        for one in operations
        if (set(one.resources()) & objects.ids.keys() or set((one.body or {}).get("required", ())) & fields)
    ]
    return sorted(named, key=lambda one: one.method == "DELETE")


def expect_out_of_reach(
    other: RawClient, objects: Objects, operations: list[Operation], record_property: Record
) -> None:
    """Fail where *other* reaches one of *objects* by one of *operations*, or where one is not as it was afterwards."""
    record_property("foreign_operations_count", len(operations))
    record_property("foreign_kinds", ", ".join(sorted(objects.ids)))
    assert operations, f"got no operation that names one of {sorted(objects.ids)}, want some"
    before = {kind: words(objects.seen(kind)) for kind in objects.ids}
    untold: list[str] = []
    refusal = Refusal(other, OF_ROLES)
    expect_no_complaint(operations, lambda operation: reached(other, operation, objects, refusal, untold), summary)
    changed = [kind for kind, was in before.items() if was is not None and words(objects.seen(kind)) != was]
    assert not changed, (
        f"{changed} of somebody else: got another one or none, want the one of before; every request was refused"
    )
    expect_told(untold)


def reached(
    other: RawClient, operation: Operation, objects: Objects, refusal: Refusal, untold: list[str]
) -> str | None:
    """How a foreign thing was reached, with a body that would do if it were one's own; None where it was not."""
    got = other.ask(operation.method, objects.path(operation), json=objects.body(operation))
    return unless_untold(got, got.status_code in HIDDEN or refusal.covers(got), untold)


def words(thing: Any) -> dict[str, Any] | None:
    """What people wrote into a thing; None where there is none."""
    return {name: thing.get(name) for name in WORDS} if isinstance(thing, dict) else None
