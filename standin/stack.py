"""The services of a stand-in, the order of their start, and the check that each is ready."""

import asyncio
import contextlib
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

from standin import application, cluster_template, environment, probe, prometheus
from standin.credentials import Credentials
from standin.errors import USAGE, StandinError
from standin.frontend.frontend_settings import FrontendSettings
from standin.ports import HOST
from standin.postgres import PostgresCluster
from standin.processes import Child, Command, ProcessTable, on_free_port, run, spawn, until
from standin.profiles import Profile
from standin.run_directory import RunDirectory
from standin.service_sockets import FRONTEND_SOCKETS, ServiceSockets
from standin.valkey import Valkey

ANSWERS_WITHIN = 60.0  # s; far more than a busy machine needs, and a service that dies is reported at once
APPS = ("backend", "baseline")
PYTHON = {"backend", "baseline", "frontend", "worker"}
Progress = Callable[[str], None]


class Stack:
    """All processes of one boot."""

    def __init__(
        self, run_directory: RunDirectory, table: ProcessTable, baseline: bool, profile: Profile, say: Progress
    ) -> None:
        self.directory, self.private = directory, private = run_directory.directory, run_directory.private
        self.table, self.baseline, self.profile, self.say = table, baseline, profile, say
        self.started_at = datetime.now(UTC).isoformat()
        self.boot_id = secrets.token_hex(4)
        self.credentials = Credentials()
        self.children: dict[str, Child] = {}
        self.waiting: dict[str, Child] = {}
        self.ready_s: dict[str, float] = {}
        self.logs = directory / "logs"
        self.logs.mkdir(exist_ok=True)
        self.faults_file = directory / "faults.json"
        self.no_faults_file = private / "no-faults.json"
        self.postgres = PostgresCluster(private / "postgres", self.logs / "postgres.log", table)
        self.valkey = Valkey(private, self.logs / "redis.log", table)
        self.starts: dict[str, Callable[[], Awaitable[None]]] = {
            "postgres": self._start_postgres,
            "redis": self._start_redis,
            "backend": self._start_backend,
            "worker": self._start_worker,
        }
        if profile.frontend:
            self.starts["frontend"] = self._start_frontend
        if baseline:
            self.starts["baseline"] = self._start_baseline
        if profile.frontend and prometheus.installed():
            self.starts["prometheus"] = self._start_prometheus
        self.sockets = ServiceSockets([name for name in self.starts if name in APPS], profile.frontend)
        self.ports = self.sockets.ports.copy()

    @property
    def version(self) -> str:
        """The version that the backend reports."""
        return f"2.0.0+standin.{self.boot_id}"

    async def boot(self) -> None:
        """Start all services, in parallel as far as their dependencies allow."""
        began = asyncio.get_running_loop().time()
        if self.profile.frontend:
            prometheus.write(self.directory / "prometheus", self.ports["backend"], self.ports["operations"])

        async def timed(name: str) -> None:
            await self.starts[name]()
            await self._ready(name)
            self.ready_s[name] = round(asyncio.get_running_loop().time() - began, 3)
            self.say(f"{name} ready after {self.ready_s[name]:.2f} s")

        async with asyncio.TaskGroup() as group:
            redis = group.create_task(timed("redis"))
            place = cluster_template.cached()
            password = await cluster_template.reuse(
                self.postgres, place
            )  # alone: it is short, and all others wait for it
            for name in filter(PYTHON.__contains__, self.starts):
                self.waiting[name] = self._launch(name)
            if "prometheus" in self.starts:
                monitoring = group.create_task(timed("prometheus"))
            password = password or await cluster_template.make(self.postgres, self._migrate, place)
            await timed("postgres")
            await self.postgres.rotate_passwords(password)
            await redis
            if "prometheus" in self.starts:
                await monitoring  # the frontend is told its port
            group.create_task(self._migrate(application.seeds(self.credentials)))
            for name in filter(PYTHON.__contains__, self.starts):
                group.create_task(timed(name))

    async def start(self, name: str) -> None:
        """Start one dead service with the same port and data."""
        if self.alive(name):
            raise StandinError(f"{name} is running already, as process {self.children[name].pid}")
        await self.starts[name]()

    def alive(self, name: str) -> bool:
        """Whether the service's process runs."""
        if name not in self.starts:
            raise StandinError(f"no service {name!r}; there are {', '.join(sorted(self.starts))}", USAGE)
        return name in self.children and self.children[name].alive()

    async def _start_postgres(self) -> None:
        self.children["postgres"] = await self.postgres.start()
        self.ports["postgres"] = self.postgres.port

    async def _start_redis(self) -> None:
        self.children["redis"] = await self.valkey.start()
        self.ports["redis"] = self.valkey.port

    def _launch(self, name: str) -> Child:
        """Start a Python service up to the point where it needs its settings."""
        if name == "frontend":
            return self._launch_frontend()
        if name == "worker":
            return self._spawn_python(name, application.WORKER)
        with self.sockets.take(name) as sock:
            return self._spawn_python(name, application.backend(sock.fileno()), (sock.fileno(),))

    def _launch_frontend(self) -> Child:
        with contextlib.ExitStack() as opened:
            fds = tuple(opened.enter_context(self.sockets.take(name)).fileno() for name in (*FRONTEND_SOCKETS, "dns"))
            return self._spawn_python("frontend", ["-m", "standin.frontend", *map(str, fds)], fds)

    def _launched(self, name: str) -> Child:
        """The started service that waits for its settings, or a new one."""
        return self.waiting.pop(name, None) or self._launch(name)

    async def _start_backend(self) -> None:
        await self._serve_app("backend", {})

    async def _start_baseline(self) -> None:
        """Start the previous release: the same data, a separate process, and no faults."""
        version = f"1.9.0+standin.{self.boot_id}"
        await self._serve_app("baseline", {"STANDIN_VERSION": version, "STANDIN_FAULTS_FILE": str(self.no_faults_file)})

    async def _serve_app(self, name: str, settings: dict[str, str]) -> None:
        child, port = self._launched(name), self.ports[name]
        child.tell({**self._settings(), **settings})
        await until(lambda: probe.answers(port, "/health"), child, ANSWERS_WITHIN, every=0.02)

    async def _ready(self, name: str) -> None:
        """Wait at the boot until a service is ready; not at a later start, since other services may be dead on purpose."""
        if name in APPS and self.profile.readiness:
            port, child = self.ports[name], self.children[name]
            await until(lambda: probe.answers_ok(port, "/ready"), child, ANSWERS_WITHIN, every=0.02)

    async def _start_frontend(self) -> None:
        child = self._launched("frontend")
        child.tell(asdict(self._frontend_settings()))
        port = self.ports["operations"]
        await until(lambda: probe.answers_ok(port, "/health"), child, ANSWERS_WITHIN, every=0.02)

    def _frontend_settings(self) -> FrontendSettings:
        tls_dir = self.private / "tls"
        tls_dir.mkdir(mode=0o700, exist_ok=True)
        return FrontendSettings(
            backend_port=self.ports["backend"],
            https_port=self.ports["frontend"],
            ca_file=str(self.directory / "ca.pem"),
            tls_dir=str(tls_dir),
            faults_file=str(self.faults_file),
            redis_url=self.valkey.url(0),
            sentry_key=self.credentials.sentry_key,
            version=self.version,
            prometheus_url=self.prometheus_url,
        )

    @property
    def prometheus_url(self) -> str | None:
        """The URL of Prometheus; None if it is not installed."""
        return f"http://{HOST}:{self.ports['prometheus']}" if "prometheus" in self.starts else None

    @property
    def sentry_dsn(self) -> str | None:
        """The DSN for error events; None without a Sentry."""
        if not self.profile.frontend:
            return None
        return f"http://{self.credentials.sentry_key}@{HOST}:{self.ports['operations']}/1"

    async def _start_prometheus(self) -> None:
        directory, log = self.directory / "prometheus", self.logs / "prometheus.log"
        start = partial(prometheus.start, directory, self.private, self.table, log)
        port, self.children["prometheus"] = await on_free_port(self.ports.get("prometheus", 0), start)
        self.ports["prometheus"] = port

    async def _start_worker(self) -> None:
        log = self.logs / "worker.log"
        seen = log.stat().st_size if log.exists() else 0
        child = self._launched("worker")
        child.tell(self._settings())

        async def ready() -> bool:
            return application.WORKER_READY in log.read_bytes()[seen:]

        await until(ready, child, ANSWERS_WITHIN, every=0.02)

    def _spawn_python(self, name: str, argv: list[str], fds: tuple[int, ...] = ()) -> Child:
        command = Command(
            name,
            [sys.executable, *argv],
            self.logs / f"{name}.log",
            environment.python(),
            self.directory,
            fds=fds,
            end_signal=signal.SIGKILL,  # their data is deleted anyway, so they need no orderly end
            waits=True,
        )
        self.children[name] = spawn(command, self.table)
        return self.children[name]

    async def _migrate(self, seeds: dict[str, str] | None = None) -> None:
        """Migrate the database; without *seeds* the result is equal in every boot."""
        env = {**environment.python(), **self._settings(), **(seeds or {})}
        argv = [sys.executable, "-m", "standin.migrate"]
        await run(Command("migrate", argv, self.logs / "migrate.log", env, self.directory), self.table)

    def _settings(self) -> dict[str, str]:
        """The application's settings without the seeds."""
        return {
            **application.chosen_by_caller(),
            **application.dependencies(self.postgres, self.valkey),
            **self._told_of_frontend(),
            "SECRETS_ROTATED_AT": self.started_at,
            "SECRET_KEY": self.credentials.secret_key,
            "STANDIN_FAULTS_FILE": str(self.faults_file),
            "STANDIN_BOOT_ID": self.boot_id,
            "STANDIN_PROFILE": self.profile.name,
            "STANDIN_VERSION": self.version,
        }

    def _told_of_frontend(self) -> dict[str, str]:
        """The backend's settings about the frontend and the other servers in its process."""
        if self.sentry_dsn is None:
            return {}
        return {"CORS_ORIGINS": f"https://localhost:{self.ports['frontend']}", "SENTRY_DSN": self.sentry_dsn}
