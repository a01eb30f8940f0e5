"""A private PostgreSQL: initialise, start on a free port, and give its roles their passwords."""

import asyncio
import os
import secrets
import signal
import subprocess
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from standin import environment
from standin.binaries import postgres_home, readable_postgres_home
from standin.errors import StartError
from standin.ports import HOST, free_port
from standin.processes import Child, Command, ProcessTable, run, spawn, until

DATABASE = "xcodereviewer_prod"
ADMIN, OWNER, READER = "postgres", "xcodereviewer", "rollout_reader"
START_ATTEMPTS = 5
NOBODY = (65534, 999, 1)  # the first that this machine can give files to

CONFIGURATION = f"""
listen_addresses = '{HOST}'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 64MB
fsync = off                         # only processes are killed here, never the machine: its page cache survives
synchronous_commit = on
dynamic_shared_memory_type = mmap   # files beside the data, which go when it goes, whoever was killed
io_method = sync
max_wal_size = 256MB
min_wal_size = 8MB
jit = off
password_encryption = scram-sha-256
log_min_error_statement = panic     # statements hold people's data
"""
ACCESS = f"host all all {HOST}/32 scram-sha-256\n"

ROLES = f"""
CREATE ROLE {OWNER} LOGIN;
CREATE ROLE {READER} LOGIN;
CREATE DATABASE {DATABASE} OWNER {OWNER};
"""
GRANTS = f"""
GRANT pg_read_all_data, pg_read_all_stats TO {READER};
ALTER ROLE {READER} SET default_transaction_read_only = on;
"""


def unprivileged_uid(directory: Path) -> int | None:
    """Whom to run PostgreSQL as: it refuses root. None means as ourselves."""
    if os.geteuid() != 0:
        return None
    for uid in NOBODY:
        try:
            os.chown(directory, uid, uid)
        except OSError:
            continue
        return uid
    raise StartError("PostgreSQL refuses to run as root, and no other user can be given files here")


@dataclass
class Postgres:
    """One cluster in *directory*/data, with the same port and passwords over all its restarts."""

    directory: Path
    log: Path
    table: ProcessTable
    passwords: dict[str, str] = field(
        default_factory=lambda: {r: secrets.token_urlsafe(18) for r in (ADMIN, OWNER, READER)}
    )
    port: int = 0
    uid: int | None = None

    def __post_init__(self) -> None:
        self.directory.mkdir(mode=0o700, exist_ok=True)
        self.uid = unprivileged_uid(self.directory)
        self.home = readable_postgres_home(unprivileged=self.uid is not None)

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.directory / "data"

    async def initialise(self) -> None:
        """Make an empty cluster."""
        password = self.directory / "password"
        password.write_text(self.passwords[ADMIN], encoding="utf-8")
        self._give(password)
        argv = ["-D", str(self.data), "-U", ADMIN, "--pwfile", str(password), "--no-sync", "--no-instructions"]
        argv += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        argv += ["--wal-segsize=1", "--auth=scram-sha-256"]  # small segments: a template is copied in a moment
        await run(self._command("initdb", argv), self.table)
        password.unlink()
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIGURATION)
        (self.data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")

    async def start(self) -> Child:
        """Start the server; on another free port if somebody took ours first, unless it is in use already."""
        attempts = 1 if self.port else START_ATTEMPTS
        for attempt in range(attempts):
            port = self.port or free_port()
            child = spawn(self._command("postgres", ["-D", str(self.data), "-p", str(port)]), self.table)
            try:
                await until(partial(self._ready, child.pid), child, within=30)
            except StartError as error:
                if "could not bind" not in str(error) or attempt + 1 == attempts:
                    raise
            else:
                self.port = port
                return child
        raise AssertionError("unreachable")

    async def _ready(self, pid: int) -> bool:
        """What pg_ctl looks at: the last line of the lock file, once it is this process's."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except OSError:
            return False
        return lines[0] == str(pid) and len(lines) > 7 and lines[7].strip() == "ready"

    async def create(self) -> None:
        """Make the database and its roles."""
        await self.sql(ROLES + GRANTS, "postgres", self.passwords[ADMIN])

    async def rotate_passwords(self, admin_password: str) -> None:
        """Give every role this boot's password; *admin_password* is the one the cluster was made with."""
        statements = [f"ALTER ROLE {role} PASSWORD '{password}';" for role, password in self.passwords.items()]
        await self.sql("\n".join(statements), "postgres", admin_password)

    async def sql(self, script: str, database: str, password: str) -> None:
        """Run statements as the administrator by psql, which costs less time than importing a driver."""
        argv = [str(postgres_home() / "bin" / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        argv += ["-h", HOST, "-p", str(self.port), "-U", ADMIN, "-d", database]
        process = await asyncio.create_subprocess_exec(
            *argv,
            env={**environment.base(), "PGPASSWORD": password},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            _, complaint = await process.communicate(script.encode())
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode != 0:
            raise StartError(f"psql failed: {complaint.decode(errors='replace').strip().splitlines()[-1:]}")

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """A connection string for *role*."""
        return f"postgresql://{role}:{self.passwords[role]}@{HOST}:{self.port}/{database}"

    def _command(self, program: str, argv: list[str]) -> Command:
        binary = str(self.home / "bin" / program)
        env = environment.server(self.directory)
        # SIGQUIT: at once, and yet without leaving shared memory behind
        return Command(program, [binary, *argv], self.log, env, self.directory, self.uid, end_signal=signal.SIGQUIT)

    def _give(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)
