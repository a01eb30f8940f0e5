"""A private PostgreSQL: initialise, start on a free port, and give its roles their passwords."""

import asyncio
import dataclasses
import grp
import os
import pwd
import secrets
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from standin import environment
from standin.binaries import postgres_home, readable_postgres_home
from standin.errors import StartError
from standin.ports import HOST
from standin.processes import Child, Command, ProcessTable, on_free_port, run, spawn, until

DATABASE = "xcodereviewer_prod"
ADMIN, OWNER, READER = "postgres", "xcodereviewer", "rollout_reader"
ANYBODY = range(61184, 65520)  # user ids without an account, as systemd uses them for services
FEW = range(200, 1000)  # for containers that map low ids only
TRIES = 5
NAMED = (65534, 999, 1)  # initdb needs a user with a name while it makes an empty cluster

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
    """
    The user id for PostgreSQL, which refuses to run as root; None if this process is not root.

    Each server gets an id without an account. Other processes can run as `nobody`, and could then read the data and end
    the server.
    """
    if os.geteuid() != 0:
        return None
    return given_to((*unused(ANYBODY), *unused(FEW)), directory)


def given_to(uids: Iterable[int], directory: Path) -> int:
    """The first of *uids* that can own the *directory* on this machine; StartError if none can."""
    for uid in uids:
        try:
            os.chown(directory, uid, uid)
        except OSError:
            continue
        return uid
    raise StartError("PostgreSQL refuses to run as root, and no other user can be given files here")


def unused(numbers: range) -> list[int]:
    """Some random ids of *numbers* that belong to no account of this machine."""
    taken = {account.pw_uid for account in pwd.getpwall()} | {group.gr_gid for group in grp.getgrall()}
    free = [number for number in numbers if number not in taken]
    return secrets.SystemRandom().sample(free, min(TRIES, len(free)))


@dataclass
class PostgresCluster:
    """One cluster in *directory*/data; port and passwords stay the same over all restarts."""

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
        maker = None if self.uid is None else given_to(NAMED, self.directory)
        if maker is not None:
            os.chown(password, maker, maker)
        argv = ["-D", str(self.data), "-U", ADMIN, "--pwfile", str(password), "--no-sync", "--no-instructions"]
        argv += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        argv += ["--wal-segsize=1", "--auth=scram-sha-256"]  # small segments: a template is copied in a moment
        await run(dataclasses.replace(self._command("initdb", argv), uid=maker), self.table)
        password.unlink()
        await self.take_over()
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIGURATION)
        (self.data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")

    async def take_over(self) -> None:
        """Make the user of this server the owner of the whole cluster, which another user has made."""
        if self.uid is not None:
            argv = ["chown", "-R", f"{self.uid}:{self.uid}", str(self.directory)]
            await run(Command("chown", argv, self.log, environment.base(), self.directory), self.table)

    async def start(self) -> Child:
        """Start the server; a restart keeps its port."""
        self.port, child = await on_free_port(self.port, self._started)
        return child

    async def _started(self, port: int) -> Child:
        child = spawn(self._command("postgres", ["-D", str(self.data), "-p", str(port)]), self.table)
        await until(partial(self._ready, child.pid), child, within=30)
        return child

    async def _ready(self, pid: int) -> bool:
        """Whether the server is ready, by the same line of the lock file as in pg_ctl, if it is this process's file."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except OSError:
            return False
        return lines[0] == str(pid) and len(lines) > 7 and lines[7].strip() == "ready"

    async def create(self) -> None:
        """Make the database and its roles."""
        await self.sql(ROLES + GRANTS, "postgres", self.passwords[ADMIN])

    async def rotate_passwords(self, admin_password: str) -> None:
        """Set this boot's password of every role; *admin_password* is that of the template cluster."""
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
        # SIGQUIT: ends at once, but still frees shared memory
        return Command(program, [binary, *argv], self.log, env, self.directory, self.uid, end_signal=signal.SIGQUIT)
