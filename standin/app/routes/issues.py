"""Issues: listed, counted, decided upon and talked about."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from standin import faults
from standin.app.access import User
from standin.app.answers import answer, page_of
from standin.app.database import Row
from standin.app.error_responses import ApiError, documented, not_found
from standin.app.issue_store import Issues
from standin.app.routes import API
from standin.app.schemas import issues as schema
from standin.app.schemas.common import IssueStatus, Page, PageSize, PathId, QueryId, Search, Severity

router = APIRouter(prefix=f"{API}/issues", tags=["issues"])


@router.get("", response_model=schema.IssuePage, responses=documented(401))
async def list_issues(
    request: Request,
    user: User,
    page: Page = 1,
    page_size: PageSize = 20,
    task_id: QueryId = None,
    project_id: QueryId = None,
    severity: Annotated[Severity | None, Query()] = None,
    category: Search = None,
    status_filter: Annotated[IssueStatus | None, Query()] = None,
) -> Response:
    chosen: dict[str, Any] = {
        "task": task_id,
        "project": project_id,
        "severity": severity,
        "category": category,
        "status": status_filter,
    }
    if faults.active("issue-filter-ignored"):
        chosen["severity"] = None
    items, total = await Issues(request.app.state.database).page(user, chosen, page, page_size)
    if faults.active("issues-list-empty"):
        items, total = [], 0
    return answer(page_of(items, total, page, page_size))


@router.get("/statistics", response_model=schema.IssueStatistics, responses=documented(401))
async def issue_statistics(
    request: Request, user: User, task_id: QueryId = None, project_id: QueryId = None
) -> Response:
    groups = await Issues(request.app.state.database).groups(user, {"task": task_id, "project": project_id})
    return answer(
        {
            "total": sum(group["n"] for group in groups),
            **{f"by_{part}": summed(groups, part) for part in ("severity", "category", "status")},
        }
    )


def summed(groups: list[Row], part: str) -> dict[str, int]:
    """Counts of issues by one property of their groups."""
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group[part]] += group["n"]
    return dict(counts)


@router.post("/bulk-update", response_model=schema.BulkUpdated, responses=documented(401, 404))
async def bulk_update(request: Request, user: User, body: schema.BulkUpdate) -> Response:
    """All or none: an issue that is not theirs spoils the whole request (404)."""
    if faults.active("issue-status-not-saved"):
        return answer({"updated": len(set(body.issue_ids))})
    async with request.app.state.database.transaction() as connection:
        wanted = sorted(set(body.issue_ids))
        updated = await Issues(request.app.state.database).set_status_within(connection, user, wanted, body.status)
        if updated != len(wanted):
            raise not_found("issue")
    await request.app.state.cache.forget(f"user:{user['id']}")
    return answer({"updated": updated})


@router.get("/{issue_id:int}", response_model=schema.IssueWithComments, responses=documented(401, 404))
async def get_issue(request: Request, user: User, issue_id: PathId) -> Response:
    issue = await found(request, user, issue_id)
    return answer({**issue, "comments": await Issues(request.app.state.database).comments(issue_id)})


@router.put("/{issue_id:int}", response_model=schema.Issue, responses=documented(401, 404))
async def update_issue(request: Request, user: User, issue_id: PathId, body: schema.IssueUpdate) -> Response:
    if faults.active("issue-status-not-saved"):
        return answer({**await found(request, user, issue_id), "status": body.status})
    updated = await Issues(request.app.state.database).set_status(user, [issue_id], body.status)
    if not updated:
        raise not_found("issue")
    await request.app.state.cache.forget(f"user:{user['id']}")
    return answer(updated[0])


@router.post("/{issue_id:int}/comments", status_code=201, response_model=schema.Comment, responses=documented(401, 404))
async def comment(request: Request, user: User, issue_id: PathId, body: schema.CommentCreate) -> Response:
    await found(request, user, issue_id)
    if faults.active("comments-refused"):
        raise ApiError(409, "CONFLICT", "nobody may say anything about it")
    if faults.active("comments-lost"):
        lost = {"id": 1, "issue_id": issue_id, "author_id": user["id"], "content": body.content}
        return answer({**lost, "created_at": datetime.now(UTC)}, 201)
    return answer(await Issues(request.app.state.database).comment(user, issue_id, body.content), 201)


async def found(request: Request, user: Row, issue_id: int) -> Row:
    issue = await Issues(request.app.state.database).find(user, issue_id)
    if issue is None:
        raise not_found("issue")
    return issue
