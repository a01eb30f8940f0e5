"""
The states of a load run: idle → waiting → open → draining → ended; each holds only the data that exists in it.

Idle: no run was started. Waiting: users come and get ready. Open: the measured window is open. Draining: arrivals have
ended, workers wait for open answers and send their last reports. Ended: the journal is closed. An interrupted run goes
from waiting or open to draining. The web interface can start another run from ended.
"""

from dataclasses import dataclass, field

from gevent.event import Event

from rollout.locust_plugin.controller.load_run import LoadRun

LEAD_S = 3  # every worker receives the window before the load shape begins to change
TIMEOUT_S = 20.0
TIMEOUT_PER_USER_S = 0.5


@dataclass(frozen=True)
class Idle:
    """No run was started yet."""


@dataclass
class Waiting:
    """Users start and get ready; *spawned_at* is the moment at which locust had started all of them."""

    run: LoadRun
    spawned_at: float | None = None

    @property
    def first(self) -> None:
        """There is no measured window yet."""
        return

    def spawned(self) -> None:
        """Note that locust started all users; each is ready after its sign-in."""
        self.spawned_at = self.spawned_at or self.run.clock.wall()

    def complete(self) -> bool:
        """Whether every user is ready, or the time limit for that is over."""
        if self.spawned_at is None:
            return False
        waited = self.run.clock.wall() - self.spawned_at
        users = self.run.setup.users
        return self.run.ready >= users or waited > TIMEOUT_S + TIMEOUT_PER_USER_S * users

    def opened(self, second: int) -> "Open":
        """The state that follows in *second*, with the window in the near future."""
        setup = self.run.setup
        first = second + (LEAD_S if len(setup.shape) > 1 else 1)
        return Open(self.run, first, None if setup.hold_s is None else first + int(setup.hold_s) - 1)


@dataclass
class Open:
    """The measured window, from its *first* to its *last* second; None if it is ended by hand."""

    run: LoadRun
    first: int
    last: int | None

    def over(self, second: int) -> bool:
        """Whether the window has ended by *second*."""
        return self.last is not None and second > self.last


@dataclass
class Draining:
    """The run ends; *drained* workers sent their last report, *done* is set after all of them did."""

    run: LoadRun
    first: int | None
    drained: set[str] = field(default_factory=set)
    done: Event = field(default_factory=Event)

    def undrained(self) -> list[str]:
        """The workers that have not sent their last report."""
        return [worker for worker in self.run.registry.heard if worker not in self.drained]

    def waiting_for(self) -> bool:
        """Whether a worker that is not lost still has to send its last report."""
        self.run.registry.lose_silent(self.run.clock.wall())
        return any(worker not in self.run.registry.lost for worker in self.undrained())


@dataclass(frozen=True)
class Ended:
    """The journal is closed."""

    run: LoadRun


Running = Waiting | Open | Draining
RunState = Idle | Running | Ended
