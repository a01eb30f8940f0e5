"""Numbers for the dashboard."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from standin import faults
from standin.app.access import MINE, User, visible_to
from standin.app.answers import answer, encode, raw
from standin.app.database import Row
from standin.app.error_responses import documented, not_found
from standin.app.issue_store import Issues
from standin.app.routes import API, projects
from standin.app.routes.issues import summed
from standin.app.schemas import statistics as schema
from standin.app.schemas.common import PathId, QueryId

router = APIRouter(prefix=f"{API}/statistics", tags=["statistics"])
MY_PROJECTS = f"SELECT p.* FROM projects p WHERE p.deleted_at IS NULL AND {MINE}"
OVERVIEW = f"""
WITH mine AS ({MY_PROJECTS}),
     tasks AS (SELECT t.* FROM audit_tasks t JOIN mine ON mine.id = t.project_id),
     issues AS (SELECT i.severity, i.status FROM audit_issues i JOIN tasks ON tasks.id = i.task_id)
SELECT (SELECT count(*) FROM mine) AS total_projects,
       (SELECT count(*) FROM mine WHERE status = 'active') AS active_projects,
       t.*, i.*
FROM (SELECT count(*) AS total_tasks, count(*) FILTER (WHERE status = 'running') AS running_tasks,
             count(*) FILTER (WHERE status = 'completed') AS completed_tasks,
             round(coalesce(avg(overall_score) FILTER (WHERE status = 'completed'), 0)::numeric, 2)::float8 AS average_score
      FROM tasks) t,
     (SELECT count(*) AS total_issues, count(*) FILTER (WHERE severity = 'critical') AS critical_issues,
             count(*) FILTER (WHERE severity = 'high') AS high_issues,
             count(*) FILTER (WHERE status = 'open') AS open_issues FROM issues) i
"""
DAILY = f"""
WITH mine AS ({MY_PROJECTS})
SELECT t.completed_at::date::text AS date, count(*) AS tasks, round(avg(t.overall_score)::numeric, 2)::float8 AS score,
       sum(t.total_issues)::int AS issues
FROM audit_tasks t JOIN mine ON mine.id = t.project_id
WHERE t.status = 'completed' AND t.completed_at >= now() - make_interval(days => %(days)s) GROUP BY 1 ORDER BY 1
"""
QUALITY = f"""
WITH mine AS ({MY_PROJECTS} AND (%(project)s::int IS NULL OR p.id = %(project)s))
SELECT (SELECT coalesce(sum(total_files), 0)::int FROM mine) AS total_files_scanned,
       (SELECT coalesce(sum(total_lines), 0)::int FROM mine) AS total_lines_scanned,
       round(coalesce(avg(t.overall_score) FILTER (WHERE t.status = 'completed'), 0)::numeric, 2)::float8 AS overall_score
FROM audit_tasks t JOIN mine ON mine.id = t.project_id
"""
OF_PROJECT = """
SELECT count(*) AS total_tasks, count(*) FILTER (WHERE status = 'completed') AS completed_tasks,
       round(coalesce(avg(overall_score) FILTER (WHERE status = 'completed'), 0)::numeric, 2)::float8 AS average_score
FROM audit_tasks WHERE project_id = %s
"""


@router.get("/overview", response_model=schema.Overview, responses=documented(401))
async def overview(request: Request, user: User) -> Response:
    cache = request.app.state.cache
    body, version = await cache.get(f"user:{user['id']}", "overview")
    if body is None:
        body = encode(await request.app.state.database.row(OVERVIEW, visible_to(user)))
        await cache.put(f"user:{user['id']}", "overview", version, body)
    if faults.active("statistics-wrong"):
        body = body.replace(b'"total_issues":', b'"total_issues":1')
    return raw(body)


@router.get("/trends", response_model=schema.Trends, responses=documented(401))
async def trends(request: Request, user: User, days: Annotated[int, Query(ge=1, le=365)] = 30) -> Response:
    daily = await request.app.state.database.rows(DAILY, {**visible_to(user), "days": days})
    return answer(
        {
            "quality_scores": _points(daily, "score"),
            "issue_counts": _points(daily, "issues"),
            "task_counts": _points(daily, "tasks"),
        }
    )


def _points(daily: list[Row], part: str) -> list[Row]:
    return [{"date": day["date"], "value": day[part]} for day in daily if day[part] is not None]


@router.get("/quality", response_model=schema.Quality, responses=documented(401))
async def quality(request: Request, user: User, project_id: QueryId = None) -> Response:
    if faults.active("statistics-page-missing"):
        raise not_found("page")
    database = request.app.state.database
    numbers = await database.row(QUALITY, {**visible_to(user), "project": project_id})
    groups = await Issues(database).groups(user, {"project": project_id})
    by = {f"issues_by_{part}": summed(groups, part) for part in ("category", "severity")}
    return answer({**numbers, **by})


@router.get("/projects/{project_id}", response_model=schema.ProjectStatistics, responses=documented(401, 404))
async def of_project(request: Request, user: User, project_id: PathId) -> Response:
    project = await projects.found(request, user, project_id)
    database = request.app.state.database
    groups = await Issues(database).groups(user, {"project": project_id})
    return answer(
        {
            "project_id": project_id,
            "project_name": project["name"],
            **await database.row(OF_PROJECT, (project_id,)),
            "total_issues": sum(group["n"] for group in groups),
            "open_issues": summed(groups, "status").get("open", 0),
            "last_scan_date": project["last_scanned_at"],
        }
    )
