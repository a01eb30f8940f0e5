"""PostgreSQL through one pool with short timeouts that reconnects by itself."""

import select
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.sql import Composed
from psycopg_pool import AsyncConnectionPool

from standin.settings import Settings

Row = dict[str, Any]
Connection = AsyncConnection[Row]


class Database:
    """Access of the routes to PostgreSQL: takes plain SQL, gives rows as dictionaries."""

    def __init__(self, settings: Settings, observe: Callable[[str, float], None]) -> None:
        self.base_size = settings.database_pool_size
        self.max_overflow = settings.database_max_overflow
        self.observe = observe
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            settings.database_url.get_secret_value(),
            min_size=2,
            max_size=self.base_size + self.max_overflow,
            timeout=2.0,
            max_waiting=500,
            reconnect_timeout=0.5,  # the next request tries again: recovery needs no back-off of minutes
            kwargs={"row_factory": dict_row, "autocommit": True, "connect_timeout": 2, "options": SESSION_OPTIONS},
            check=_discard_if_closed,
            open=False,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        async with self.pool.connection() as connection, connection.transaction():
            yield connection

    async def rows(self, sql: LiteralString | Composed, params: Sequence[Any] | Row = ()) -> list[Row]:
        begin = time.perf_counter()
        async with self.pool.connection() as connection:
            cursor = await connection.execute(sql, params)
            found = await cursor.fetchall() if cursor.description else []
        self.observe(query_type(sql), time.perf_counter() - begin)
        return found

    async def row(self, sql: LiteralString | Composed, params: Sequence[Any] | Row = ()) -> Row | None:
        found = await self.rows(sql, params)
        return found[0] if found else None

    def usage(self) -> dict[str, int]:
        """The current counts of the pool, named as in the target's monitoring."""
        stats = self.pool.get_stats()
        total, idle = stats.get("pool_size", 0), stats.get("pool_available", 0)
        return {
            "pool_size": self.base_size,
            "checked_in_connections": idle,
            "checked_out_connections": total - idle,
            "overflow_connections": max(0, total - self.base_size),
            "total_connections": total,
            "max_overflow": self.max_overflow,
            "requests_waiting": stats.get("requests_waiting", 0),
        }


SESSION_OPTIONS = "-c statement_timeout=15000 -c timezone=UTC"


async def _discard_if_closed(connection: Connection) -> None:
    """Check a connection only if its socket is readable: a closed one is, an idle one is not."""
    readable, _, _ = select.select([connection.fileno()], [], [], 0)
    if readable:
        await AsyncConnectionPool.check_connection(connection)


def query_type(sql: str | Composed) -> str:
    """The first word of a statement as the metric's label; a composed statement is an update."""
    word = sql.split(maxsplit=1)[0].lower() if isinstance(sql, str) else "update"
    return "select" if word == "with" else word
