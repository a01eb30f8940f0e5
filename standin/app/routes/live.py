"""Live progress of a task over a WebSocket."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from standin import faults
from standin.app.access import LARGEST_ID, user_of_token
from standin.app.answers import encode
from standin.app.database import Row
from standin.app.routes import API
from standin.app.task_store import Tasks

router = APIRouter()
POLL_S = 0.1
ENDED = ("completed", "failed", "cancelled")
OWNER = """
SELECT u.* FROM users u JOIN projects p ON p.owner_id = u.id JOIN audit_tasks t ON t.project_id = p.id WHERE t.id = %s
"""
NOT_ALLOWED, NO_SUCH_TASK, TRY_LATER = 4401, 4404, 1013


@router.websocket(f"{API}/ws/tasks/{{task_id}}")
async def follow(websocket: WebSocket, task_id: int) -> None:
    """The token comes as ?token= or as the Authorization header; events are read from the database, so none is missed."""
    if faults.active("websocket-refuses"):
        return await websocket.close(1011)
    try:
        user = await user_of_token(websocket, _token(websocket))
        if user is None and faults.active("websocket-open-to-anyone"):
            user = await websocket.app.state.database.row(OWNER, (task_id,))
        if user is None:
            return await websocket.close(NOT_ALLOWED)
        task = await Tasks(websocket.app.state.database).find(user, task_id) if 0 < task_id <= LARGEST_ID else None
    except psycopg.Error:
        return await websocket.close(TRY_LATER)
    if task is None:
        return await websocket.close(NO_SUCH_TASK)
    await websocket.accept()
    return await _talk(websocket, user, task)


def _token(websocket: WebSocket) -> str:
    header = websocket.headers.get("authorization", "").partition(" ")[2]
    return websocket.query_params.get("token") or header


async def _talk(websocket: WebSocket, user: Row, task: Row) -> None:
    """Answer pings until the task has ended and everything about it is told."""
    await _send(websocket, "connected", task_id=task["id"], status=task["status"], progress=task["progress"])
    listening = asyncio.create_task(_answer_pings(websocket))
    telling = asyncio.create_task(_tell(websocket, user, task["id"]))
    done, pending = await asyncio.wait({listening, telling}, return_when=asyncio.FIRST_COMPLETED)
    for unfinished in pending:
        unfinished.cancel()
    for finished in done:
        error = finished.exception()
        if error is not None and not isinstance(error, (WebSocketDisconnect, psycopg.Error)):
            raise error
    if listening not in done:
        await websocket.close(TRY_LATER if telling.exception() else 1000)


async def _answer_pings(websocket: WebSocket) -> None:
    while True:
        if await websocket.receive_text() == "ping":
            await _send(websocket, "pong")


async def _tell(websocket: WebSocket, user: Row, task_id: int) -> None:
    store, told = Tasks(websocket.app.state.database), 0
    while True:
        task = await store.find(user, task_id)
        for event in await store.events(task_id, told):
            told = event["id"]
            if event["kind"] == "progress" and not faults.active("progress-never-sent"):
                await _send(websocket, "progress", task_id=task_id, **_how_far(event), status="running")
        if (task is None or task["status"] in ENDED) and not faults.active("websocket-never-ends"):
            return await _say_end(websocket, task, task_id)
        await asyncio.sleep(POLL_S)


def _how_far(event: Row) -> dict[str, Any]:
    return {"progress": event["progress"], "current_step": event["current_step"]}


async def _say_end(websocket: WebSocket, task: Row | None, task_id: int) -> None:
    status = task["status"] if task else "cancelled"
    result = (
        {name: task[name] for name in ("progress", "total_issues", "overall_score", "error_message")} if task else {}
    )
    await _send(websocket, status, task_id=task_id, status=status, **result)


async def _send(websocket: WebSocket, type: str, **fields: Any) -> None:
    message = {"type": type, **fields, "timestamp": datetime.now(UTC)}
    await websocket.send_text(encode(message).decode())
