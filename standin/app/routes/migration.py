"""Moving one's data: out as a document, in from one."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import Response

from standin import faults
from standin.app import importing
from standin.app.access import User
from standin.app.answers import answer
from standin.app.database import Row
from standin.app.error_responses import ApiError, documented
from standin.app.exporting import export
from standin.app.routes import API
from standin.app.schemas import migration as schema

router = APIRouter(prefix=f"{API}/migration", tags=["migration"])


@router.post("/export", response_model=schema.Export, responses=documented(401))
async def export_all(request: Request, user: User, body: schema.ExportRequest | None = None) -> Response:
    return answer(await export(request.app.state.database, user, body or schema.ExportRequest()))


@router.get("/export/download", response_model=schema.Export, responses=documented(401))
async def download(request: Request, user: User) -> Response:
    if faults.active("export-download-broken"):
        raise RuntimeError("the file of an export is broken")
    document = await export(request.app.state.database, user, schema.ExportRequest())
    headers = {"Content-Disposition": f'attachment; filename="xcodereviewer-export-{user["id"]}.json"'}
    return answer(document, headers=headers)


@router.post("/validate", response_model=schema.Validation, responses=documented(401))
async def validate(user: User, body: schema.ImportRequest) -> Response:
    """Would it be imported? Stores nothing either way."""
    try:
        importing.checked(body.data)
    except importing.Rejected as rejected:
        return answer({"valid": False, "message": "the document cannot be imported", "errors": rejected.errors})
    if faults.active("validation-refuses-everything"):
        return answer({"valid": False, "message": "the document cannot be imported", "errors": ["no reason"]})
    return answer({"valid": True, "message": "the document can be imported", "errors": []})


@router.post("/import", response_model=schema.Imported, responses=documented(400, 401))
async def import_document(request: Request, user: User, body: schema.ImportRequest) -> Response:
    """One transaction; the counts are of rows that are stored."""
    return await _import(request, user, body.data, body.skip_existing)


@router.post("/import/upload", response_model=schema.Imported, responses=documented(400, 401))
async def import_upload(
    request: Request, user: User, file: Annotated[UploadFile, File()], skip_existing: bool = False
) -> Response:
    """The same from a file, which holds the document alone."""
    try:
        document = json.loads(await file.read())
    except (ValueError, RecursionError) as error:
        if faults.active("import-accepts-any-file"):
            return answer({"status": "success", "message": "everything is stored", "statistics": {}})
        raise ApiError(400, "INVALID_DOCUMENT", "the file is not JSON") from error
    return await _import(request, user, document, skip_existing)


async def _import(request: Request, user: Row, raw: Any, skip_existing: bool) -> Response:
    try:
        document = importing.checked(raw)
    except importing.Rejected as rejected:
        raise ApiError(400, "INVALID_DOCUMENT", "the document cannot be imported", rejected.errors) from rejected
    statistics = await importing.store(request.app.state.database, user, document, skip_existing)
    await request.app.state.cache.forget(f"user:{user['id']}")
    return answer({"status": "success", "message": "everything is stored", "statistics": statistics})
