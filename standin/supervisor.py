"""Boots a stack, answers commands about it, and ends it: on a signal, on request, or when its owner is gone."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

from standin import backup
from standin.announcement import Options, describe
from standin.control import ControlServer
from standin.errors import USAGE, StandinError
from standin.exposure import Exposure
from standin.guard import Guard
from standin.liveness import Owner, descendants
from standin.processes import end
from standin.residence import Residence
from standin.stack import Stack
from standin.state import Service, State

LOOK_EVERY = 0.25
SHUTDOWN_GRACE = 2.0


class Supervisor:
    """The life of one stand-in."""

    def __init__(self, options: Options, announce: Callable[[State], None], say: Callable[[str], None]) -> None:
        self.options, self.announce, self.say = options, announce, say
        self.owner = Owner(options.owner_pid) if options.owner_pid else None
        self.leave = asyncio.Event()
        self.reported: set[int] = set()
        self.control = ControlServer(self.handle)
        self.exposure = Exposure()
        self.guard = Guard()
        self.residence = Residence(self.guard)
        self.began = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """From nothing to nothing."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.leave.set)
        try:
            self.residence.move_in(self.options.directory, self.options.name)
            self.stack = Stack(self.residence, self.guard, self.options.baseline, self.say)
            await self._boot_unless_asked_to_leave()
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
            case {"verb": "expose", "service": str(name)} if name in self.stack.ports:
                await self.exposure.open(self.stack.ports[name])
                return {}
            case {"verb": "hide", "service": str(name)} if name in self.stack.ports:
                self.exposure.close(self.stack.ports[name])
                return {}
        raise StandinError(f"no such command: {request.get('verb')!r}", USAGE)

    async def _boot_unless_asked_to_leave(self) -> None:
        boot, leave = asyncio.ensure_future(self.stack.boot()), asyncio.ensure_future(self.leave.wait())
        await asyncio.wait(
            {boot, leave, asyncio.ensure_future(self._owner_gone())}, return_when=asyncio.FIRST_COMPLETED
        )
        leave.cancel()
        if not boot.done():
            boot.cancel()
            await asyncio.wait({boot})
            raise StandinError("asked to leave before everything was ready")
        boot.result()

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
        await end(self.guard.children, SHUTDOWN_GRACE)
        self.guard.dismiss()
        self.residence.move_out()

    def _state(self) -> State:
        boot_seconds = round(asyncio.get_running_loop().time() - self.began, 3)
        return describe(self.residence, self.stack, self.control.address, self.options, boot_seconds)


def _kill_one(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
