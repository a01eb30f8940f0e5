"""Error answers of the API: one shape for all of its own errors."""

from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from standin import faults
from standin.app.allowed import allowed_methods
from standin.app.answers import answer


class ErrorBody(BaseModel):
    code: str
    message: str
    details: Any = None


class ErrorAnswer(BaseModel):
    error: ErrorBody


class InvalidAnswer(BaseModel):
    detail: list[dict[str, Any]]


class ApiError(Exception):
    """An answer other than success, decided by a route."""

    def __init__(
        self, status: int, code: str, message: str, details: Any = None, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = error_body(code, message, details)
        self.headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}


def not_found(what: str) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"{what} not found")


def unauthorized(message: str) -> ApiError:
    return ApiError(401, "UNAUTHORIZED", message)


def error_body(code: str, message: str, details: Any = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "details": details}}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the errors that a route may answer besides those every route may."""
    entries: dict[int | str, dict[str, Any]] = {status: OWN_ERROR for status in (400, *statuses, 413, 429, 500, 503)}
    return {**entries, 422: INVALID}


def _refer_to(model: type[BaseModel]) -> dict[str, Any]:
    """Refer to a model by name: a model in each of some hundred entries would slow the start noticeably."""
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}}


REFUSALS = (401, 403)
OWN_ERROR, INVALID = _refer_to(ErrorAnswer), _refer_to(InvalidAnswer)
DEFINED: dict[int | str, dict[str, Any]] = {500: {"model": ErrorAnswer}, 422: {"model": InvalidAnswer}}
"""For one route, which brings the two models into the document."""


def install(app: FastAPI) -> None:
    app.add_exception_handler(ApiError, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(psycopg.OperationalError, _unavailable)
    app.add_exception_handler(psycopg.DataError, _unstorable)


async def _own(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return answer(error.body, _status(request, error), error.headers)


def _status(request: Request, error: ApiError) -> int:
    """The status of an error of this API; some profiles refuse with another status than the published one."""
    if error.status not in REFUSALS:
        return error.status
    refusal = 400 if faults.active("refusals-with-400") else request.app.state.settings.profile.refusal
    return refusal or error.status


async def _invalid(request: Request, error: Exception) -> Response:
    """Name the place and the reason, never the value: it may be a password."""
    assert isinstance(error, RequestValidationError)
    if faults.active("nul-byte-500") and any(e["type"] == "string_pattern_mismatch" for e in error.errors()):
        raise RuntimeError("invalid byte sequence")
    if faults.active("any-issue-status-accepted") and request.method == "PUT" and "/issues/" in request.url.path:
        return answer({"status": "forgotten"})
    detail = [{"loc": list(e["loc"]), "msg": e["msg"], "type": e["type"]} for e in error.errors()]
    return answer({"detail": detail, **_inside()}, 422)


def _inside() -> dict[str, str]:
    """The internal details that a fault adds to an error: the failed query, the program's files and lines."""
    if faults.active("errors-show-sql"):
        return {"error": "DataError: invalid value [SQL: SELECT p.id, p.name FROM projects p WHERE p.id = $1]"}
    if faults.active("errors-show-traceback"):
        return {"error": f'Traceback (most recent call last):\n  File "{__file__}", line 1, in found'}
    return {}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        error.headers = {"Allow": ", ".join(allowed_methods(request.app, request.url.path))}
    code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "PAYLOAD_TOO_LARGE"}.get(error.status_code, "BAD_REQUEST")
    return answer(error_body(code, str(error.detail)), error.status_code, dict(error.headers or {}))


async def _unavailable(request: Request, error: Exception) -> Response:
    request.app.state.error_log.note("error", error, request)
    return answer(error_body("SERVICE_UNAVAILABLE", "the database does not answer"), 503, {"Retry-After": "1"})


async def _unstorable(request: Request, error: Exception) -> Response:
    """A value that JSON allows and PostgreSQL does not, such as a NUL byte deep inside free-form JSON."""
    detail = [{"loc": ["body"], "msg": "contains a value that cannot be stored", "type": "value_error"}]
    return answer({"detail": detail}, 422)
