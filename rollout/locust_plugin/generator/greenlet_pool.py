"""Run arrivals in reused greenlets: a new greenlet costs two system calls for its stack."""

from gevent import Greenlet, config, get_hub, getcurrent

from rollout.locust_plugin.generator.arrival import Arrival

MOST_IDLE = 256
config.track_greenlet_tree = False  # gevent would keep the stack of the starter of each greenlet


class ArrivalGreenlet(Greenlet):  # type: ignore[misc]  # gevent tells no types
    """
    Run one arrival after the other; between two of them wait in the list *idle*.

    A greenlet whose arrival raises ends with it, and gevent prints why.
    """

    def __init__(self, idle: "list[ArrivalGreenlet]") -> None:
        super().__init__()
        self._idle = idle
        self.arrival: Arrival | None = None

    def _run(self) -> None:
        hub = get_hub()
        while self.arrival is not None:
            self.arrival.run()
            self.arrival = None
            if len(self._idle) >= MOST_IDLE:
                return
            self._idle.append(self)
            hub.switch()


class GreenletPool:
    """The greenlets of one worker process."""

    __slots__ = ("_idle",)

    def __init__(self) -> None:
        self._idle: list[ArrivalGreenlet] = []

    def start(self, arrival: Arrival) -> None:
        """Run *arrival* now; to be called from the event loop only."""
        idle = self._idle
        greenlet = idle.pop() if idle else ArrivalGreenlet(idle)
        arrival.greenlet = greenlet
        greenlet.arrival = arrival
        greenlet.switch()


def current_arrival() -> Arrival | None:
    """The arrival that the running code belongs to, if any."""
    greenlet = getcurrent()
    return greenlet.arrival if type(greenlet) is ArrivalGreenlet else None
