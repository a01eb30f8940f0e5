"""The data shared by all users of one worker process during one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollout.locust_plugin.generator.dispatcher import Dispatcher
from rollout.locust_plugin.generator.greenlet_pool import GreenletPool
from rollout.locust_plugin.generator.meter import Meter
from rollout.locust_plugin.generator.schedule import Gaps, LoadShape
from rollout.locust_plugin.generator.self_monitor import SelfMonitor
from rollout.target.settings import Target


@dataclass(frozen=True)
class WorkerContext:
    """
    The facts of the run in one worker, and the components that its users need.

    *name* is that of the process, such as worker-0. *per_second* is how often each user of a scenario is due, *items* how many
    objects each of them works with. *run* is part of every name that is created, so that leftovers can be told from
    other data.
    """

    name: str
    run: str
    seed: str
    target: Target
    per_second: Mapping[str, float]
    meter: Meter
    monitor: SelfMonitor
    gaps: Gaps = "poisson"
    items: Mapping[str, int] = field(default_factory=dict)
    shape: LoadShape = field(default_factory=LoadShape)
    dispatcher: Dispatcher = field(default_factory=Dispatcher)
    greenlets: GreenletPool = field(default_factory=GreenletPool)
