"""Boots a stack, answers commands about it, and ends it: on a signal, on request, or when its owner is gone."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin import backup, places
from standin.binaries import postgres_home
from standin.control import ControlServer
from standin.errors import USAGE, StandinError
from standin.guard import Guard
from standin.liveness import Owner, descendants
from standin.ports import HOST
from standin.postgres import ADMIN, READER
from standin.processes import end
from standin.stack import QUEUES, Stack
from standin.state import FILE, Service, State

LOOK_EVERY = 0.25
SHUTDOWN_GRACE = 2.0


@dataclass(frozen=True)
class Options:
    """What `up` was asked for."""

    directory: Path | None
    name: str | None
    owner_pid: int | None
    kept: bool
    baseline: bool


class Supervisor:
    """The life of one stand-in."""

    def __init__(self, options: Options, announce: Callable[[State], None], say: Callable[[str], None]) -> None:
        self.options, self.announce, self.say = options, announce, say
        self.owner = Owner(options.owner_pid) if options.owner_pid else None
        self.leave = asyncio.Event()
        self.reported: set[int] = set()
        self.control = ControlServer(self.handle)
        self.guard = Guard()
        self.private = places.private_dir()
        self.guard.delete(self.private)
        self.began = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """From nothing to nothing."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.leave.set)
        try:
            self._claim_directory()
            self.stack = Stack(self.directory, self.private, self.guard, self.options.baseline, self.say)
            await self._boot_unless_asked_to_leave()
            if not self.leave.is_set():
                await self._serve()
        finally:
            await self._shut_down()

    async def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Perform one command."""
        match request:
            case {"verb": "stop"}:
                self.leave.set()
                return {}
            case {"verb": "status"}:
                return {"alive": {name: self.stack.alive(name) for name in self.stack.starts}}
            case {"verb": "kill", "service": str(name)}:
                return await self._kill(name)
            case {"verb": "start", "service": str(name)}:
                return await self._start(name)
        raise StandinError(f"no such command: {request.get('verb')!r}", USAGE)

    def _claim_directory(self) -> None:
        """Take the directory asked for, or a new one; nobody else may be living there."""
        self.name = self.options.name or os.path.basename(self.private).removeprefix("xcr-standin-")
        self.directory = (self.options.directory or places.runs_dir() / self.name).resolve()
        places.sweep()
        if (self.directory / FILE).exists():
            raise StandinError(f"{self.directory} belongs to a running stand-in; way out: `down` it first")
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StandinError(f"cannot make {self.directory}: {error}") from error
        made = [self.directory / part for part in ("state.json", "faults.json", "ca.pem", "backups", "prometheus")]
        if self.options.directory is None:
            made = [self.directory]
        entry = places.register(self.name, self.directory, os.getpid(), [self.private, *made])
        self.leftovers = [*made, self.private, entry]
        for path in self.leftovers:
            self.guard.delete(path)
        places.write_private(self.directory / "faults.json", "{}")

    async def _boot_unless_asked_to_leave(self) -> None:
        boot, leave = asyncio.ensure_future(self.stack.boot()), asyncio.ensure_future(self.leave.wait())
        await asyncio.wait(
            {boot, leave, asyncio.ensure_future(self._owner_gone())}, return_when=asyncio.FIRST_COMPLETED
        )
        leave.cancel()
        if boot.done():
            boot.result()
        else:
            self.leave.set()
            boot.cancel()
            await asyncio.wait({boot})

    async def _serve(self) -> None:
        await self.control.open()
        self.state = self._state()
        self.state.save()
        self.announce(self.state)
        backing_up = asyncio.ensure_future(self._back_up())
        gone = asyncio.ensure_future(self._owner_gone())
        watching = asyncio.ensure_future(self._report_deaths())
        await asyncio.wait(
            {gone, watching, asyncio.ensure_future(self.leave.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        self.control.close()
        backing_up.cancel()

    async def _back_up(self) -> None:
        """Have a first backup soon after boot, as an operator would."""
        try:
            await asyncio.to_thread(backup.take, self.state)
        except (StandinError, OSError) as error:
            self.say(f"no backup: {error}")

    async def _owner_gone(self) -> None:
        """Return once the owner is dead; without one, never."""
        while self.owner is None or self.owner.alive():
            await asyncio.sleep(LOOK_EVERY)
        self.say(f"owner {self.owner.pid} is gone")

    async def _report_deaths(self) -> None:
        """Say which service died, without healing it: that would hide what a check should see."""
        while self.guard.alive():
            for name, child in self.stack.children.items():
                if not child.alive() and child.pid not in self.reported:
                    self.reported.add(child.pid)
                    self.say(f"{name} ended with exit code {child.process.returncode}")
            await asyncio.sleep(LOOK_EVERY)
        self.say("the watcher is gone: ending everything while we still can")

    async def _kill(self, name: str) -> dict[str, Any]:
        if not self.stack.alive(name):
            raise StandinError(f"{name} is not running")
        child = self.stack.children[name]
        below = descendants(child.pid)
        child.signal(signal.SIGKILL)
        for pid in below:
            _kill_one(pid)
        await end([child], grace=0)
        self.say(f"{name} killed")
        return {"pid": child.pid}

    async def _start(self, name: str) -> dict[str, Any]:
        began = asyncio.get_running_loop().time()
        await self.stack.start(name)
        ready_s = round(asyncio.get_running_loop().time() - began, 3)
        child = self.stack.children[name]
        self.state.services[name] = Service(child.pid, self.stack.ports.get(name), ready_s)
        self.state.save()
        self.say(f"{name} ready again after {ready_s:.2f} s")
        return {"pid": child.pid, "ready_s": ready_s}

    async def _shut_down(self) -> None:
        if hasattr(self, "stack"):
            await end(list(self.stack.children.values()), SHUTDOWN_GRACE)
        self.guard.dismiss()

    def _state(self) -> State:
        stack = self.stack
        base = f"http://{HOST}:{stack.ports['backend']}"
        services = {
            name: Service(child.pid, stack.ports.get(name), stack.ready_s[name])
            for name, child in stack.children.items()
        }
        return State(
            boot_id=stack.boot_id,
            name=self.name,
            version=stack.version,
            started_at=stack.started_at,
            dir=str(self.directory),
            supervisor_pid=os.getpid(),
            owner_pid=self.options.owner_pid,
            kept=self.options.kept,
            control=self.control.address,
            base_url=base,
            baseline_url=f"http://{HOST}:{stack.ports['baseline']}" if stack.baseline else None,
            frontend_url=f"https://localhost:{stack.ports['frontend']}",
            frontend_http_url=f"http://localhost:{stack.ports['frontend_http']}",
            ca_file=str(self.directory / "ca.pem"),
            postgres_dsn=stack.postgres.dsn(READER),
            postgres_admin_dsn=stack.postgres.dsn(ADMIN),
            redis_url=stack.valkey.url(0),
            broker_url=stack.valkey.url(1),
            result_url=stack.valkey.url(2),
            queues=QUEUES,
            admin={"email": stack.credentials.admin.email, "password": stack.credentials.admin.password},
            user={"email": stack.credentials.user.email, "password": stack.credentials.user.password},
            faults_file=str(stack.faults_file),
            backup_dir=str(self.directory / "backups"),
            prometheus_url=stack.prometheus_url,
            alert_rules_file=str(self.directory / "prometheus" / "rules.yml"),
            grafana_url=f"http://{HOST}:{stack.ports['operations']}/grafana",
            sentry_dsn=stack.sentry_dsn,
            metrics_url=f"{base}/metrics",
            logs_dir=str(stack.logs),
            postgres_bin=str(postgres_home() / "bin"),
            services=services,
            boot_seconds=round(asyncio.get_running_loop().time() - self.began, 3),
        )


def _kill_one(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
