"""A private Valkey (or Redis): cache, broker and results, with a memory limit and nothing on disk."""

import asyncio
import secrets
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from standin import environment
from standin.binaries import valkey_server
from standin.paths import write_private
from standin.ports import HOST
from standin.processes import Child, Command, ProcessTable, on_free_port, spawn, until

MAXMEMORY = "64mb"


@dataclass
class Valkey:
    """One server; port and password stay the same over all restarts."""

    directory: Path
    log: Path
    table: ProcessTable
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    port: int = 0

    async def start(self) -> Child:
        """Start the server; a restart keeps its port."""
        self.port, child = await on_free_port(self.port, self._started)
        return child

    async def _started(self, port: int) -> Child:
        child = spawn(self._command(port), self.table)
        await until(partial(self._answers, port), child, within=10)
        return child

    async def _answers(self, port: int) -> bool:
        """Log in and ping by the Redis protocol."""
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        try:
            writer.write(f"AUTH {self.password}\r\nPING\r\n".encode())
            return await reader.readline() == b"+OK\r\n" and await reader.readline() == b"+PONG\r\n"
        except OSError:
            return False
        finally:
            writer.close()

    def url(self, database: int) -> str:
        """The address of one of its databases."""
        return f"redis://:{self.password}@{HOST}:{self.port}/{database}"

    def _command(self, port: int) -> Command:
        configuration = self.directory / "valkey.conf"  # a file, since any user can read arguments
        write_private(configuration, self._configuration(port))
        argv = [str(valkey_server()), str(configuration)]
        return Command("redis", argv, self.log, environment.server(self.directory), self.directory)

    def _configuration(self, port: int) -> str:
        return "\n".join(
            [
                f"bind {HOST}",
                f"port {port}",
                f"requirepass {self.password}",
                f"maxmemory {MAXMEMORY}",
                "maxmemory-policy noeviction",  # it is also the broker: a task must be refused, not evicted
                "appendonly no",
                'save ""',
                "daemonize no",
                "",
            ]
        )
