"""What all people of one process share: the run's facts, counters, clock and what they left behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from rollout.load.clock import Clock
from rollout.load.counters import Counters
from rollout.load.flight import Pilot
from rollout.load.gauge import Gauge
from rollout.load.pace import Pace
from rollout.load.schedule import Gaps
from rollout.load.timetable import Timetable
from rollout.target.settings import Target

if TYPE_CHECKING:
    from rollout.load.person import Person


@dataclass
class Stage:
    """
    One process's share of one run.

    *scenarios* tells whose each request name is. *per_second* is how often each person of a scenario is due, *items* how many things they work with. *run* is part of every name that is created, so that
    leftovers can be told from other people's things.
    """

    per_second: dict[str, float]
    slow_ms: Sequence[float]
    seed: str
    run: str
    target: Target
    gaps: Gaps = "poisson"
    items: Mapping[str, int] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    timetable: Timetable = field(default_factory=Timetable)
    clock: Clock = field(default_factory=Clock)
    gauge: Gauge = field(default_factory=Gauge)
    people: list["Person"] = field(default_factory=list)
    scenarios: dict[str, str] = field(default_factory=dict)
    idle: list[Pilot] = field(default_factory=list)
    ready: int = 0
    closed: bool = False
    was_late: float = -inf
    exceptions: list[str] = field(default_factory=list)
    canary: dict[str, Any] = field(default_factory=lambda: {"written": 0, "verified": 0, "missing": [], "altered": []})

    def __post_init__(self) -> None:
        self.counters = Counters(self.slow_ms)
