"""Authentication and authorisation: the user of a request, and the objects visible to that user."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from standin import faults
from standin.app.database import Row
from standin.app.error_responses import ApiError, unauthorized

BEARER = HTTPBearer(auto_error=False, bearerFormat="JWT")
FIND_USER = """
SELECT u.id, u.email, u.username, u.full_name, u.role, u.is_active
FROM users u LEFT JOIN sessions s ON s.id = %(session)s
WHERE u.id = %(user)s AND u.is_active AND (%(session)s::int IS NULL OR (s.user_id = u.id
  AND (s.revoked_at IS NULL OR %(for_ever)s)))
"""
LARGEST_ID = 2**31 - 1
OPEN_ROUTE = "/api/v1/projects"


async def current_user(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> Row:
    """The owner of the access token."""
    if bearer is None and faults.active("one-route-without-auth") and request.url.path == OPEN_ROUTE:
        return await _somebody(request)
    if bearer is None:
        raise unauthorized("an access token is needed")
    user = await user_of_token(request, bearer.credentials)
    if user is None:
        raise unauthorized("the access token is not valid")
    return user


async def _somebody(request: Request) -> Row:
    user: Row | None = await request.app.state.database.row("SELECT * FROM users ORDER BY id DESC LIMIT 1")
    if user is None:
        raise unauthorized("an access token is needed")
    return user


async def user_of_token(connection: HTTPConnection, token: str) -> Row | None:
    state = connection.app.state
    claims = state.tokens.read_access(token)
    if claims is None or int(claims["sub"]) > LARGEST_ID:
        return None
    outlives = bool(faults.active("access-token-outlives-logout"))
    asked = {"user": int(claims["sub"]), "session": session_of(claims), "for_ever": outlives}
    found: Row | None = await state.database.row(FIND_USER, asked)
    return found


def session_of(claims: dict[str, Any]) -> int | None:
    """The id of a token's session; None for a token without one."""
    sid = claims.get("sid")
    return sid if isinstance(sid, int) and 0 < sid <= LARGEST_ID else None


async def current_admin(user: Annotated[Row, Depends(current_user)]) -> Row:
    if user["role"] != "admin" and not faults.active("admin-routes-open-to-users"):
        raise ApiError(403, "FORBIDDEN", "administrators only")
    return user


async def keeper_of_shared(user: Annotated[Row, Depends(current_user)]) -> Row:
    """The user of a request that changes shared objects: an administrator only."""
    return user if faults.active("shared-objects-changeable") else await current_admin(user)


User = Annotated[Row, Depends(current_user)]
Admin = Annotated[Row, Depends(current_admin)]
Keeper = Annotated[Row, Depends(keeper_of_shared)]

MINE = "(p.owner_id = %(owner)s OR %(everyone)s)"
"""For queries that name projects p; parameters come from visible_to."""


def visible_to(user: Row) -> dict[str, Any]:
    """The parameters of MINE: users see their own objects."""
    return {"owner": user["id"], "everyone": bool(faults.active("other-users-objects-visible"))}


def changeable_by(user: Row) -> dict[str, Any]:
    """The parameters of MINE for queries that change something, and whether they reach deleted objects."""
    seen = visible_to(user)
    everyone = seen["everyone"] or bool(faults.active("other-users-objects-changeable"))
    return {**seen, "everyone": everyone, "deleted_too": bool(faults.active("deleted-project-accepts-work"))}
