"""Who gets the new backend: asked by every browser, decided by administrators while everything runs."""

import random
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from standin import faults
from standin.app.access import Admin
from standin.app.answers import answer
from standin.app.error_responses import documented
from standin.app.rollout_flags import Switches, distorted
from standin.app.routes import API
from standin.app.schemas.common import NO_NUL, Body, Name, Percentage
from standin.flags import FLAGS

router = APIRouter(prefix=f"{API}/feature-flags", tags=["feature-flags"])


class Evaluated(BaseModel):
    user_id: str
    flags: dict[str, bool]
    percentage: int


class Change(Body):
    """Only what is given changes; use_backend_api false is the emergency switch."""

    percentage: Percentage | None = None
    internal_users: Annotated[list[Name], Field(max_length=1000)] | None = None
    use_backend_api: bool | None = None


class Current(BaseModel):
    percentage: int
    internal_users: list[str]
    use_backend_api: bool


@router.get("", response_model=Evaluated, responses=documented())
async def evaluate(
    request: Request, user_id: Annotated[str, Query(min_length=1, max_length=255, pattern=NO_NUL)]
) -> Response:
    switches = distorted(await request.app.state.rollout_flags.now())
    return answer({"user_id": user_id, "flags": _flags(switches, user_id), "percentage": switches.percentage})


def _flags(switches: Switches, user_id: str) -> dict[str, bool]:
    if faults.active("flags-one-bucket"):
        return switches.evaluate("everybody")
    if faults.active("flag-flapping"):
        return dict.fromkeys(FLAGS, random.random() * 100 < switches.percentage)
    return switches.evaluate(user_id)


@router.put("", response_model=Current, responses=documented(401, 403))
async def change(request: Request, admin: Admin, body: Change) -> Response:
    given = body.model_dump(exclude_none=True)
    switches: Switches = await request.app.state.rollout_flags.change(given)
    return answer(
        {
            "percentage": switches.percentage,
            "internal_users": list(switches.internal_users),
            "use_backend_api": switches.use_backend_api,
        }
    )
