"""A private Valkey (or Redis): cache, broker and results, with a memory limit and nothing on disk."""

import asyncio
import secrets
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from standin import environment
from standin.binaries import valkey_server
from standin.errors import StartError
from standin.paths import write_private
from standin.ports import HOST, free_port
from standin.processes import Child, Command, ProcessTable, spawn, until

MAXMEMORY = "64mb"
START_ATTEMPTS = 5


@dataclass
class Valkey:
    """One server; port and password stay the same over all restarts."""

    directory: Path
    log: Path
    table: ProcessTable
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    port: int = 0

    async def start(self) -> Child:
        """Start the server; if its first port is taken meanwhile, on another one. A restart keeps its port."""
        attempts = 1 if self.port else START_ATTEMPTS
        for attempt in range(attempts):
            port = self.port or free_port()
            child = spawn(self._command(port), self.table)
            try:
                await until(partial(self._answers, port), child, within=10)
            except StartError as error:
                if "bind" not in str(error).lower() or attempt + 1 == attempts:
                    raise
            else:
                self.port = port
                return child
        raise AssertionError("unreachable")

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
