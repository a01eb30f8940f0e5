"""Projects: made, listed, changed, thrown away and taken back."""

import random
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from psycopg import sql
from starlette.responses import Response

from standin import faults
from standin.app.access import User
from standin.app.answers import answer, encode, page_of, raw
from standin.app.database import Row
from standin.app.error_responses import documented, not_found
from standin.app.project_store import Projects, like
from standin.app.routes import API
from standin.app.schemas.common import Page, PageSize, PathId, Search
from standin.app.schemas.projects import Project, ProjectCreate, ProjectPage, ProjectStatus, ProjectUpdate

router = APIRouter(prefix=f"{API}/projects", tags=["projects"])


@router.post("", status_code=201, response_model=Project, responses=documented(401))
async def create_project(request: Request, body: ProjectCreate, user: User) -> Response:
    fields = body.model_dump()
    if (fault := faults.active("write-altered")) and random.random() < fault["share"]:
        fields["name"] = fields["name"][::-1]
    if faults.active("descriptions-cut") and fields["description"]:
        fields["description"] = fields["description"][:5]
    project = await Projects(request.app.state.database).create(user, fields)
    if (fault := faults.active("acknowledged-write-lost")) and random.random() < fault["share"]:
        await request.app.state.database.rows("DELETE FROM projects WHERE id = %s", (project["id"],))
    await changed(request, user)
    return answer({**project, "name": body.name, "description": body.description}, 201)


@router.get("", response_model=ProjectPage, responses=documented(401))
async def list_projects(
    request: Request,
    user: User,
    page: Page = 1,
    page_size: PageSize = 20,
    status_filter: Annotated[ProjectStatus | None, Query()] = None,
    search: Search = None,
) -> Response:
    cache = request.app.state.cache
    owner, key = f"user:{user['id']}", f"projects:{page}:{page_size}:{status_filter}:{search}"
    body, version = await cache.get(owner, key)
    if body is None:
        if search and faults.active("sql-error-on-quote"):
            await request.app.state.database.rows(sql.SQL(f"SELECT '{search}'").format())
        chosen = {"deleted": False, "status": status_filter, "search": like(search)}
        body = encode(without_newest(await _page(request, user, chosen, page, page_size)))
        await cache.put(owner, key, version, body)
    return raw(body)


def without_newest(found: dict[str, Any]) -> dict[str, Any]:
    """A page of projects, which forgets the newest one under a fault."""
    if not faults.active("newest-project-hidden") or found["page"] > 1 or not found["items"]:
        return found
    return {**found, "items": found["items"][1:], "total": found["total"] - 1}


async def _page(request: Request, user: Row, chosen: dict[str, Any], page: int, size: int) -> dict[str, Any]:
    wanted = 100 if faults.active("pagination-ignores-page-size") else size
    items, total = await Projects(request.app.state.database).page(user, chosen, page, wanted)
    return page_of(items, total, page, size)


@router.get("/deleted/list", response_model=ProjectPage, responses=documented(401))
async def list_deleted(request: Request, user: User, page: Page = 1, page_size: PageSize = 20) -> Response:
    if faults.active("deleted-list-empty"):
        return answer(page_of([], 0, page, page_size))
    chosen = {"deleted": True, "status": None, "search": None}
    return answer(await _page(request, user, chosen, page, page_size))


@router.get("/{project_id}", response_model=Project, responses=documented(401, 404))
async def get_project(request: Request, user: User, project_id: PathId) -> Response:
    project = await found(request, user, project_id)
    if faults.active("text-returned-as-html"):
        return Response(encode(project), media_type="text/html")
    return answer(project)


@router.put("/{project_id}", response_model=Project, responses=documented(401, 404))
async def update_project(request: Request, user: User, project_id: PathId, body: ProjectUpdate) -> Response:
    changes = body.model_dump(exclude_unset=True)
    if faults.active("update-not-saved"):
        return answer({**await found(request, user, project_id), **changes})
    project = await Projects(request.app.state.database).change(user, project_id, changes)
    if project is None:
        raise not_found("project")
    await changed(request, user)
    return answer(project)


@router.delete("/{project_id}", status_code=204, response_class=Response, responses=documented(401, 404))
async def delete_project(request: Request, user: User, project_id: PathId) -> Response:
    """Thrown away, not destroyed: it leaves the lists until it is restored."""
    store = Projects(request.app.state.database)
    if faults.active("deleted-project-stays"):
        await found(request, user, project_id)
    elif not await store.delete(user, project_id):
        raise not_found("project")
    await changed(request, user)
    return Response(status_code=204)


@router.post("/{project_id}/restore", response_model=Project, responses=documented(401, 404))
async def restore_project(request: Request, user: User, project_id: PathId) -> Response:
    project = None
    if not faults.active("restore-broken"):
        project = await Projects(request.app.state.database).restore(user, project_id)
    if project is None:
        raise not_found("deleted project")
    await changed(request, user)
    return answer(project)


async def found(request: Request, user: Row, project_id: int) -> Row:
    project = await Projects(request.app.state.database).find(user, project_id)
    if project is None:
        raise not_found("project")
    return project


async def changed(request: Request, user: Row) -> None:
    """What was remembered about this user's projects is no longer so."""
    await request.app.state.cache.forget(f"user:{user['id']}")
