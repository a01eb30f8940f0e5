"""The repository that reviews of the suite read, served as code hosts serve its page and the archive of a branch."""

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from standin.repository import NAME, archive

router = APIRouter(include_in_schema=False)


@router.get("/repositories/{name}")
def repository(name: str) -> Response:
    if name != NAME:
        raise HTTPException(404, "no such repository")
    return Response(f"{NAME}: branch main", media_type="text/plain")


@router.get("/repositories/{name}/archive/refs/heads/{branch}.zip")
def branch_archive(name: str, branch: str) -> Response:
    if (name, branch) != (NAME, "main"):
        raise HTTPException(404, "no such repository or branch")
    return Response(archive(), media_type="application/zip")
