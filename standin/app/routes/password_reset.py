"""A forgotten password: a link by mail, and a new password for whoever has it. This stand-in sends no mail."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from standin import faults
from standin.app import audit_log
from standin.app.answers import answer
from standin.app.error_responses import ApiError, documented
from standin.app.routes import API
from standin.app.schemas.auth import Asked, Forgotten, Reset
from standin.app.security import fingerprint, hash_password

router = APIRouter(prefix=f"{API}/auth", tags=["auth"])
FIND = "SELECT id, email, password_hash FROM users WHERE lower(email) = lower(%s) AND is_active"
FIND_BY_ID = "SELECT id, email, password_hash FROM users WHERE id = %s AND is_active"
SET = "UPDATE users SET password_hash = %s WHERE id = %s AND password_hash = %s RETURNING id"
END_SESSIONS = "UPDATE sessions SET revoked_at = now() WHERE user_id = %s AND revoked_at IS NULL"
MAILED = "if there is such an account, a link is on its way"


@router.post("/forgot-password", status_code=202, response_model=Asked, responses=documented())
async def forgot_password(request: Request, body: Forgotten) -> Response:
    """The same answer for every address, so that nobody learns who has an account."""
    if faults.active("password-reset-broken"):
        raise RuntimeError("the mail server is not configured")
    state = request.app.state
    user = await state.database.row(FIND, (body.email,))
    token = state.tokens.reset(user["id"], user["password_hash"]) if user else ""
    audit_log.note("reset asked", body.email, token=token)
    told: dict[str, Any] = {"message": MAILED}
    return answer(told | ({"reset_token": token} if faults.active("reset-token-in-answer") else {}), 202)


@router.post("/reset-password", status_code=204, response_class=Response, responses=documented(400))
async def reset_password(request: Request, body: Reset) -> Response:
    """A link works once; every session of before ends."""
    if faults.active("password-confirm-broken"):
        raise RuntimeError("the new password cannot be stored")
    state = request.app.state
    claims = state.tokens.read_reset(body.token)
    user = await state.database.row(FIND_BY_ID, (int(claims["sub"]),)) if claims else None
    if claims is None or user is None or claims.get("jti") != fingerprint(user["password_hash"]):
        raise ApiError(400, "INVALID_TOKEN", "the link is not valid, or was used before")
    hashed = await hash_password(body.new_password, state.settings.standin_bcrypt_rounds)
    await state.database.rows(SET, (hashed, user["id"], user["password_hash"]))
    await state.database.rows(END_SESSIONS, (user["id"],))
    audit_log.note("reset done", user["email"])
    return Response(status_code=204)
