"""The fault that holds connections of the pool."""

import asyncio
from contextlib import AsyncExitStack

import psycopg

from standin import faults
from standin.app.database import Database

LOOK_S = 0.5


async def hold_while_active(database: Database) -> None:
    """Hold the number of connections in the fault's parameters while it is on."""
    while True:
        if fault := faults.active("pool-exhausted"):
            async with AsyncExitStack() as held:
                await _take(database, int(fault["connections"]), held)
                while faults.active("pool-exhausted"):
                    await asyncio.sleep(LOOK_S)
        await asyncio.sleep(LOOK_S)


async def _take(database: Database, wanted: int, held: AsyncExitStack) -> None:
    for _ in range(wanted):
        try:
            await held.enter_async_context(database.pool.connection(timeout=1.0))
        except psycopg.OperationalError:
            return
