"""Audit tasks: started, followed, read and cancelled."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from standin import faults
from standin.app.access import User
from standin.app.answers import answer, page_of
from standin.app.database import Row
from standin.app.error_responses import ApiError, documented, not_found
from standin.app.issue_store import Issues
from standin.app.routes import API
from standin.app.schemas.common import Page, PageSize, PathId, QueryId, TaskStatus
from standin.app.schemas.tasks import Task, TaskCreate, TaskPage, TaskResults
from standin.app.task_store import Tasks
from standin.messages import ANALYSE

router = APIRouter(prefix=f"{API}/tasks", tags=["tasks"])
COUNTS = ("total_issues", "critical_issues", "high_issues", "medium_issues", "low_issues")


@router.post("", status_code=201, response_model=Task, responses=documented(401, 404))
async def create_task(request: Request, body: TaskCreate, user: User) -> Response:
    """Stored first, sent second: a broker that is down delays the task and never loses it."""
    task = await Tasks(request.app.state.database).create(user, body.model_dump())
    if task is None and faults.active("review-of-nothing-accepted"):
        return answer({"id": 0, "project_id": body.project_id, "name": body.name, "status": "pending"}, 201)
    if task is None:
        raise not_found("project")
    await request.app.state.dispatcher.send(ANALYSE, task["id"])
    await request.app.state.cache.forget(f"user:{user['id']}")
    return answer(task, 201)


@router.get("", response_model=TaskPage, responses=documented(401))
async def list_tasks(
    request: Request,
    user: User,
    page: Page = 1,
    page_size: PageSize = 20,
    project_id: QueryId = None,
    status_filter: Annotated[TaskStatus | None, Query()] = None,
) -> Response:
    chosen = {"project": project_id, "status": status_filter}
    items, total = await Tasks(request.app.state.database).page(user, chosen, page, page_size)
    return answer(page_of(items, total, page, page_size))


@router.get("/{task_id}", response_model=Task, responses=documented(401, 404))
async def get_task(request: Request, user: User, task_id: PathId) -> Response:
    perfect = {"overall_score": 100.0} if faults.active("score-always-perfect") else {}
    return answer({**await found(request, user, task_id), **perfect})


@router.get("/{task_id}/results", response_model=TaskResults, responses=documented(401, 404))
async def get_results(request: Request, user: User, task_id: PathId) -> Response:
    """What has been found so far; final once the status is."""
    task = await found(request, user, task_id)
    if faults.active("results-missing"):
        raise not_found("results")
    issues = await Issues(request.app.state.database).of_task(task_id)
    if faults.active("results-empty"):
        task, issues = {**task, **dict.fromkeys(COUNTS, 0)}, []
    ended = task["completed_at"] and task["started_at"]
    return answer(
        {
            "task_id": task_id,
            **{name: task[name] for name in ("status", *COUNTS, "overall_score", "error_message")},
            "duration": (task["completed_at"] - task["started_at"]).total_seconds() if ended else None,
            "issues": issues,
        }
    )


@router.put("/{task_id}/cancel", response_model=Task, responses=documented(401, 404, 409))
async def cancel_task(request: Request, user: User, task_id: PathId) -> Response:
    """A task that has ended cannot be cancelled (409)."""
    task = await found(request, user, task_id)
    if faults.active("cancel-ignored"):
        return answer({**task, "status": "cancelled"})
    cancelled = await Tasks(request.app.state.database).cancel(user, task_id)
    if faults.active("cancel-broken"):
        raise RuntimeError("the answer about a cancelled task is broken")
    if cancelled is None:
        raise ApiError(409, "CONFLICT", "the task has ended already")
    await request.app.state.cache.forget(f"user:{user['id']}")
    return answer(cancelled)


async def found(request: Request, user: Row, task_id: int) -> Row:
    task = await Tasks(request.app.state.database).find(user, task_id)
    if task is None:
        raise not_found("task")
    return task
