"""Reports: ordered, made by the worker, downloaded."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from standin import faults
from standin.app.access import MINE, User, visible_to
from standin.app.answers import answer, page_of
from standin.app.database import Row
from standin.app.error_responses import ApiError, documented, not_found
from standin.app.routes import API
from standin.app.routes import tasks as task_routes
from standin.app.schemas.common import Page, PageSize, PathId, QueryId
from standin.app.schemas.reports import Report, ReportCreate, ReportPage
from standin.messages import REPORT

router = APIRouter(prefix=f"{API}/reports", tags=["reports"])
MEDIA = {"json": "application/json", "markdown": "text/markdown; charset=utf-8", "pdf": "application/pdf"}
SUFFIX = {"json": "json", "markdown": "md", "pdf": "pdf"}
COLUMNS = f"""
r.id, r.task_id, r.created_by, r.format, r.status, r.file_size, r.error_message, r.created_at, r.completed_at,
CASE WHEN r.status = 'completed' THEN '{API}/reports/' || r.id || '/download' END AS download_url
"""
OWNED = f"""
FROM reports r JOIN audit_tasks t ON t.id = r.task_id JOIN projects p ON p.id = t.project_id
WHERE p.deleted_at IS NULL AND {MINE}
"""
INSERT = f"""
INSERT INTO reports AS r (task_id, created_by, format, dispatched_at) VALUES (%s, %s, %s, now()) RETURNING {COLUMNS}
"""
CHOSEN = f"{OWNED} AND (%(task)s::int IS NULL OR r.task_id = %(task)s)"
LIST = f"SELECT {COLUMNS} {CHOSEN} ORDER BY r.id DESC LIMIT %(limit)s OFFSET %(offset)s"
COUNT = f"SELECT count(*) AS n {CHOSEN}"
FIND = f"SELECT {COLUMNS} {OWNED} AND r.id = %(id)s"
CONTENT = "SELECT content FROM reports WHERE id = %s"


@router.post("", status_code=201, response_model=Report, responses=documented(401, 404, 409))
async def create_report(request: Request, body: ReportCreate, user: User) -> Response:
    task = await task_routes.found(request, user, body.task_id)
    if task["status"] != "completed":
        if faults.active("report-of-failed-review-breaks"):
            raise RuntimeError("there is nothing to report")
        raise ApiError(409, "CONFLICT", f"the task is {task['status']}; a report needs a completed one")
    if faults.active("report-refused"):
        raise ApiError(409, "CONFLICT", "the task has not been reviewed")
    report = await request.app.state.database.row(INSERT, (task["id"], user["id"], body.format))
    await request.app.state.dispatcher.send(REPORT, report["id"])
    return answer(report, 201)


@router.get("", response_model=ReportPage, responses=documented(401))
async def list_reports(
    request: Request, user: User, page: Page = 1, page_size: PageSize = 20, task_id: QueryId = None
) -> Response:
    database = request.app.state.database
    seen = visible_to(user)
    if faults.active("reports-listed-for-everybody"):
        seen["everyone"] = True
    params = {**seen, "task": task_id, "limit": page_size, "offset": (page - 1) * page_size}
    counted = await database.row(COUNT, params)
    return answer(page_of(await database.rows(LIST, params), counted["n"], page, page_size))


@router.get("/{report_id}", response_model=Report, responses=documented(401, 404))
async def get_report(request: Request, user: User, report_id: PathId) -> Response:
    return answer(await found(request, user, report_id))


@router.get(
    "/{report_id}/download",
    response_class=Response,
    responses={
        **documented(401, 404, 409),
        200: {
            "content": {
                "application/json": {"schema": {}},
                "text/markdown": {"schema": {"type": "string"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            }
        },
    },
)
async def download_report(request: Request, user: User, report_id: PathId) -> Response:
    """The file itself; 409 until it is finished."""
    report = await found(request, user, report_id)
    if report["status"] != "completed":
        raise ApiError(409, "CONFLICT", f"the report is {report['status']}")
    row = await request.app.state.database.row(CONTENT, (report_id,))
    name = f"report-{report_id}.{SUFFIX[report['format']]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(bytes(row["content"]), headers=headers, media_type=MEDIA[report["format"]])


@router.delete("/{report_id}", status_code=204, response_class=Response, responses=documented(401, 404))
async def delete_report(request: Request, user: User, report_id: PathId) -> Response:
    await found(request, user, report_id)
    if not faults.active("deleted-report-stays"):
        await request.app.state.database.rows("DELETE FROM reports WHERE id = %s", (report_id,))
    return Response(status_code=204)


async def found(request: Request, user: Row, report_id: int) -> Row:
    report: Row | None = await request.app.state.database.row(FIND, {**visible_to(user), "id": report_id})
    if report is None:
        raise not_found("report")
    return report
