"""What all people of one process share: the run's facts, counters, clock and what they left behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from rollout.locust_plugin.generator.arrival import ArrivalGreenlet
from rollout.locust_plugin.generator.counters import Counters
from rollout.locust_plugin.generator.dispatcher import Dispatcher
from rollout.locust_plugin.generator.schedule import Clock, Gaps, LoadShape
from rollout.locust_plugin.generator.self_monitor import SelfMonitor
from rollout.target.settings import Target

if TYPE_CHECKING:
    from rollout.locust_plugin.generator.user import LoadUser


@dataclass
class WorkerContext:
    """
    One process's share of one run.

    *scenarios* tells whose each request name is. *per_second* is how often each user of a scenario is due, *items* how many things they work with. *run* is part of every name that is created, so that
    leftovers can be told from other people's things.
    """

    per_second: dict[str, float]
    slow_ms: Sequence[float]
    seed: str
    run: str
    target: Target
    gaps: Gaps = "poisson"
    items: Mapping[str, int] = field(default_factory=dict)
    shape: LoadShape = field(default_factory=LoadShape)
    dispatcher: Dispatcher = field(default_factory=Dispatcher)
    clock: Clock = field(default_factory=Clock)
    self_monitor: SelfMonitor = field(default_factory=SelfMonitor)
    people: list["LoadUser"] = field(default_factory=list)
    scenarios: dict[str, str] = field(default_factory=dict)
    idle: list[ArrivalGreenlet] = field(default_factory=list)
    ready: int = 0
    closed: bool = False
    was_late: float = -inf
    exceptions: list[str] = field(default_factory=list)
    canary: dict[str, Any] = field(default_factory=lambda: {"written": 0, "verified": 0, "missing": [], "altered": []})

    def __post_init__(self) -> None:
        self.counters = Counters(self.slow_ms)
