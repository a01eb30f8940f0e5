"""The log of unhandled errors, read by checks for critical errors in a window."""

from collections import deque
from typing import Any

from starlette.requests import HTTPConnection

from standin.app.database import Database
from standin.app.tracking import Tracking

INSERT = """
INSERT INTO error_log (level, kind, source, message, correlation_id)
VALUES (%(level)s, %(kind)s, %(source)s, %(message)s, %(correlation_id)s)
"""


class ErrorLog:
    """Notes errors without waiting or failing; a background task writes them as soon as the database is available."""

    def __init__(self, database: Database, tracking: Tracking) -> None:
        self.database = database
        self.tracking = tracking
        self.waiting: deque[dict[str, Any]] = deque(maxlen=10_000)

    def note(self, level: str, error: BaseException, request: HTTPConnection) -> None:
        if level == "critical":
            self.tracking.capture(error)
        self.waiting.append(
            {
                "level": level,
                "kind": type(error).__name__,
                "source": f"{request.scope.get('method', 'WS')} {request.scope['path']}",
                "message": str(error).replace("\x00", "")[:500],
                "correlation_id": request.scope.get("state", {}).get("correlation_id"),
            }
        )

    async def flush(self) -> None:
        batch = list(self.waiting)
        if not batch:
            return
        async with self.database.pool.connection() as connection, connection.cursor() as cursor:
            await cursor.executemany(INSERT, batch)
        for _ in batch:
            self.waiting.popleft()
