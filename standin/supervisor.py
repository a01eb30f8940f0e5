"""Boot a stack, answer commands about it, and end it: on a signal, on request, or when its owner process is gone."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

from standin import backup
from standin.boot_state import BootOptions, boot_state
from standin.control import ControlServer
from standin.errors import USAGE, StandinError
from standin.liveness import Owner, descendants
from standin.port_exposure import PortExposure
from standin.processes import ProcessTable, end
from standin.run_directory import RunDirectory
from standin.stack import Stack
from standin.state_file import Service, State

LOOK_EVERY = 0.25
SHUTDOWN_GRACE = 2.0


class Supervisor:
    """The life of one stand-in."""

    def __init__(self, options: BootOptions, on_ready: Callable[[State], None], say: Callable[[str], None]) -> None:
        self.options, self.on_ready, self.say = options, on_ready, say
        self.owner = Owner(options.owner_pid) if options.owner_pid else None
        self.stop_requested = asyncio.Event()
        self.reported: set[int] = set()
        self.control = ControlServer(self.handle)
        self.exposure = PortExposure()
        self.table = ProcessTable()
        self.run_directory = RunDirectory(self.table)
        self.began = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Boot, serve, and shut down."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop_requested.set)
        try:
            self.run_directory.claim(self.options.directory, self.options.name)
            options = self.options
            self.stack = Stack(self.run_directory, self.table, options.baseline, options.profile, self.say)
            await self._boot_unless_stopped()
            await self._serve()
        finally:
            await self._shut_down()

    async def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Perform one command."""
        match request:
            case {"verb": "stop"}:
                self.stop_requested.set()
                return {}
            case {"verb": "status"}:
                return {"alive": {name: self.stack.alive(name) for name in self.stack.starts}}
            case {"verb": "kill", "service": str(name)}:
                return await self._kill(name)
            case {"verb": "start", "service": str(name)}:
                return await self._start(name)
            case {"verb": "expose", "service": str(name)} if name in self.stack.ports:
                await self.exposure.open(self.stack.ports[name])
                return {}
            case {"verb": "hide", "service": str(name)} if name in self.stack.ports:
                self.exposure.close(self.stack.ports[name])
                return {}
        raise StandinError(f"no such command: {request.get('verb')!r}", USAGE)

    async def _boot_unless_stopped(self) -> None:
        boot, stop = asyncio.ensure_future(self.stack.boot()), asyncio.ensure_future(self.stop_requested.wait())
        await asyncio.wait({boot, stop, asyncio.ensure_future(self._owner_gone())}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not boot.done():
            boot.cancel()
            await asyncio.wait({boot})
            raise StandinError("asked to leave before everything was ready")
        boot.result()

    async def _serve(self) -> None:
        await self.control.open()
        self.state = self._state()
        self.state.save()
        self.on_ready(self.state)
        backing_up = asyncio.ensure_future(self._back_up())
        gone = asyncio.ensure_future(self._owner_gone())
        watching = asyncio.ensure_future(self._report_deaths())
        await asyncio.wait(
            {gone, watching, asyncio.ensure_future(self.stop_requested.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
        self.control.close()
        backing_up.cancel()

    async def _back_up(self) -> None:
        """Take a first backup soon after the boot, as an operator would."""
        try:
            await asyncio.to_thread(backup.take, self.state)
        except (StandinError, OSError) as error:
            self.say(f"no backup: {error}")

    async def _owner_gone(self) -> None:
        """Return when the owner process has ended; without an owner never."""
        while self.owner is None or self.owner.alive():
            await asyncio.sleep(LOOK_EVERY)
        self.say(f"owner {self.owner.pid} is gone")

    async def _report_deaths(self) -> None:
        """Report a dead service without restarting it: a restart would hide the failure from checks."""
        while self.table.alive():
            for name, child in self.stack.children.items():
                if not child.alive() and child.pid not in self.reported:
                    self.reported.add(child.pid)
                    self.say(f"{name} ended with exit code {child.process.returncode}")
            await asyncio.sleep(LOOK_EVERY)
        self.say("the reaper is gone: ending everything while we still can")

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
        await end(self.table.children, SHUTDOWN_GRACE)
        self.table.close()
        self.run_directory.release()

    def _state(self) -> State:
        boot_seconds = round(asyncio.get_running_loop().time() - self.began, 3)
        return boot_state(self.run_directory, self.stack, self.control.address, self.options, boot_seconds)


def _kill_one(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
