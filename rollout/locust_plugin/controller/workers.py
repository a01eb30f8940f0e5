"""The run controller's interface to the workers: in this process, or in others that are reached by messages."""

from typing import TYPE_CHECKING, Any, Protocol

import gevent

from rollout.locust_plugin.controller.run_states import Draining

if TYPE_CHECKING:  # importing locust patches the interpreter; tests of the controller avoid that
    from locust.runners import MasterRunner

    from rollout.locust_plugin.generator.worker_runtime import WorkerRuntime

DRAIN = "rollout-drain"
DRAINED = "rollout-drained"
WINDOW = "rollout-window"
DRAIN_S = 75.0


class Workers(Protocol):
    """The workers of a run."""

    def expected(self, at_least: int) -> int:
        """The number of workers that must be present from start to end of the run."""

    def reports(self) -> list[dict[str, Any]]:
        """The reports since the last call of workers in this process; remote workers send theirs as events."""

    def open_window(self, second: int) -> None:
        """Send every worker the second in which the measured window opens."""

    def drain(self, draining: Draining) -> None:
        """Make every worker end its arrivals, and wait for its last report."""


class LocalWorker:
    """The one worker of a run without a master: its users live in this process."""

    def __init__(self, runtime: "WorkerRuntime") -> None:
        self._runtime = runtime

    def expected(self, at_least: int) -> int:
        return 1

    def reports(self) -> list[dict[str, Any]]:
        return [self._runtime.report()]

    def open_window(self, second: int) -> None:
        self._runtime.open_window(second)

    def drain(self, draining: Draining) -> None:
        draining.run.add(self._runtime.drain())


class RemoteWorkers:
    """The workers of a distributed run; their reports arrive as events of locust."""

    def __init__(self, master: "MasterRunner") -> None:
        self._master = master

    def expected(self, at_least: int) -> int:
        return max(self._master.worker_count, at_least)

    def reports(self) -> list[dict[str, Any]]:
        return []

    def open_window(self, second: int) -> None:
        self._send(WINDOW, {"first": second})

    def drain(self, draining: Draining) -> None:
        self._send(DRAIN)
        with gevent.Timeout(DRAIN_S, False):
            while draining.waiting_for():
                gevent.sleep(0.05)
        for worker in draining.undrained():
            draining.run.registry.lose(worker)

    def _send(self, message: str, data: dict[str, Any] | None = None) -> None:
        for client in self._master.clients.all:
            self._master.send_message(message, data, client_id=client.id)
