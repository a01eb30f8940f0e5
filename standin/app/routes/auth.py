"""Sign-up, sign-in, renewal and sign-out."""

import asyncio
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from psycopg.errors import UniqueViolation
from starlette.responses import Response

from standin import faults
from standin.app import audit_log
from standin.app.access import User, session_of
from standin.app.answers import answer
from standin.app.database import Database, Row
from standin.app.error_responses import DEFINED, ApiError, documented, unauthorized
from standin.app.lockout import forget_failures, note_failure, refuse_if_locked
from standin.app.routes import API
from standin.app.schemas.auth import Logout, Person, Refresh, Register, TokenPair
from standin.app.schemas.common import NO_NUL
from standin.app.security import REFRESH_S, TokenSigner, hash_password, verify_password

router = APIRouter(prefix=f"{API}/auth", tags=["auth"])
PERSON = ("id", "email", "username", "full_name", "role", "is_active")
INSERT_USER = """
INSERT INTO users (email, username, password_hash, full_name) VALUES (%(email)s, %(username)s, %(hash)s, %(full_name)s)
RETURNING id, email, username, full_name, role, is_active
"""
FIND_ACCOUNT = """
SELECT * FROM users WHERE lower(email) = lower(%(account)s) OR lower(username) = lower(%(account)s)
ORDER BY lower(email) = lower(%(account)s) DESC LIMIT 1
"""
OPEN_SESSION = """
INSERT INTO sessions (user_id, refresh_id, expires_at) VALUES (%s, %s, now() + make_interval(secs => %s)) RETURNING id
"""
ROTATE = """
UPDATE sessions SET refresh_id = %(new)s, expires_at = now() + make_interval(secs => %(lifetime)s)
WHERE id = %(session)s AND refresh_id = %(old)s AND revoked_at IS NULL AND expires_at > now()
  AND EXISTS (SELECT FROM users u WHERE u.id = user_id AND u.is_active)
RETURNING id, user_id
"""
AT_WORK: set[object] = set()
REVOKE = "UPDATE sessions SET revoked_at = now() WHERE id = %s AND user_id = %s AND revoked_at IS NULL"


@router.post("/register", status_code=201, response_model=Person, responses=documented(400))
async def register(request: Request, body: Register) -> Response:
    state = request.app.state
    if faults.active("register-broken"):
        raise RuntimeError("registration is broken")
    hashed = await hash_password(body.password, state.settings.standin_bcrypt_rounds)
    row = {"email": body.email, "username": body.username, "hash": hashed, "full_name": body.full_name}
    try:
        person = await state.database.row(INSERT_USER, row)
    except UniqueViolation:
        if faults.active("duplicate-registration-accepted"):
            person = await state.database.row(FIND_ACCOUNT, {"account": body.email})
            return answer({key: (person or {}).get(key) for key in PERSON}, 201)
        raise ApiError(400, "ALREADY_REGISTERED", "e-mail or username is taken") from None
    audit_log.note("registered", body.username, password=body.password)
    return answer(person, 201)


@router.post("/login", response_model=TokenPair, responses=documented(401))
async def login(
    request: Request,
    username: Annotated[str, Form(min_length=1, max_length=254, pattern=NO_NUL)],
    password: Annotated[str, Form(min_length=1, max_length=1024)],
) -> Response:
    """Five wrong passwords in a row lock the account for a few seconds (429)."""
    state = request.app.state
    await asyncio.sleep(state.settings.profile.sign_in_s)
    await _stumble()
    await refuse_if_locked(state.database, username)
    user = await state.database.row(FIND_ACCOUNT, {"account": username})
    hashed = user["password_hash"] if user else await asyncio.to_thread(state.tokens.unknown_password)
    if not await verify_password(password, hashed) or user is None or not user["is_active"]:
        await note_failure(state.database, username, state.settings.standin_lockout_seconds)
        raise unauthorized("wrong name or password")
    await forget_failures(state.database, username)
    session = await _open_session(state.database, state.tokens, user)
    audit_log.note("signed in", username, password=password, token=session["access_token"])
    return answer(session)


async def _stumble() -> None:
    """The faults of a sign-in that cost its time or end it."""
    if fault := faults.active("login-slow"):
        await asyncio.sleep(fault["ms"] / 1000)
    if fault := faults.active("sign-ins-queue"):
        await _at_work(min(len(AT_WORK) + 1, fault["most"]) * fault["ms"] / 1000)
    if fault := faults.active("sign-ins-collide"):
        if len(AT_WORK) >= fault["most"]:
            raise ApiError(503, "BUSY", "too many sign-ins at this moment", retry_after=1)
        await _at_work(fault["ms"] / 1000)
    if faults.active("login-broken"):
        raise unauthorized("wrong name or password")


async def _at_work(seconds: float) -> None:
    """Be one of those who sign in, for some *seconds*."""
    mine = object()
    AT_WORK.add(mine)
    try:
        await asyncio.sleep(seconds)
    finally:
        AT_WORK.remove(mine)


async def _open_session(database: Database, tokens: TokenSigner, user: Row) -> dict[str, Any]:
    refresh_id = secrets.token_hex(16)
    session = await database.row(OPEN_SESSION, (user["id"], refresh_id, REFRESH_S))
    assert session is not None
    return _pair(tokens, user["id"], session["id"], refresh_id)


def _pair(tokens: TokenSigner, user_id: int, session_id: int, refresh_id: str) -> dict[str, Any]:
    return {
        "access_token": tokens.access(user_id, session_id),
        "refresh_token": tokens.refresh(user_id, session_id, refresh_id),
        "token_type": "bearer",
    }


@router.post("/refresh", response_model=TokenPair, responses=documented(401))
async def refresh(request: Request, body: Refresh) -> Response:
    """A refresh token works once: the answer brings the next one."""
    state = request.app.state
    claims = state.tokens.read_refresh(body.refresh_token)
    if faults.active("access-token-renews") and (shown := state.tokens.read_access(body.refresh_token)):
        return answer(_pair(state.tokens, int(shown["sub"]), session_of(shown) or 0, secrets.token_hex(16)))
    session_id = session_of(claims) if claims else None
    if claims is None or session_id is None or faults.active("refresh-broken"):
        raise unauthorized("the refresh token is not valid")
    old = str(claims.get("jti"))
    new = old if faults.active("refresh-does-not-rotate") else secrets.token_hex(16)
    renewed = await state.database.row(ROTATE, {"session": session_id, "old": old, "new": new, "lifetime": REFRESH_S})
    if renewed is None:
        raise unauthorized("the refresh token was used before, or its session has ended")
    return answer(_pair(state.tokens, renewed["user_id"], session_id, new))


@router.post("/logout", status_code=204, response_class=Response, responses={**documented(), **DEFINED})
async def logout(request: Request, body: Logout | None = None) -> Response:
    """End the session of whichever token is shown; without one there is nothing to end."""
    state = request.app.state
    if faults.active("logout-broken"):
        raise RuntimeError("logout is broken")
    bearer = request.headers.get("authorization", "").partition(" ")[2]
    for token in (bearer, body.refresh_token if body else None):
        claims = state.tokens.read(token) if token else None
        session_id = session_of(claims) if claims else None
        if claims and session_id and not faults.active("logout-keeps-session"):
            await state.database.rows(REVOKE, (session_id, int(claims["sub"])))
    return Response(status_code=204)


@router.get("/me", response_model=Person, responses=documented(401))
async def me(user: User) -> Response:
    told = {key: user[key] for key in PERSON}
    if faults.active("wrong-person-told"):
        told |= {"email": f"not-{told['email']}", "username": f"not-{told['username']}"}
    return answer(told)
