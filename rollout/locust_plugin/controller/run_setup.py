"""One load run before it starts, as the command line, the plan and the target describe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rollout.evidence import Origin
from rollout.evidence.records import LoadFacts, ScenarioFacts
from rollout.locust_plugin.generator.schedule import Gaps
from rollout.plan import Phase, Plan
from rollout.plan.load_shape import Steps
from rollout.plan.profile import LoadProfile
from rollout.target.settings import Target


@dataclass(frozen=True)
class RunSetup:
    """
    Plan, target and options of a run; *hold_s* in seconds, None if the length is open (the web interface).

    *actions_per_minute* is the mean of one user; *arrivals* are those of each scenario per minute, after the allocation
    of users to scenarios.
    """

    plan: Plan
    phase: Phase
    profile: LoadProfile
    target: Target
    origin: Origin
    journals: Path
    users: int
    ramp_s: float
    hold_s: float | None
    seed: str
    gaps: Gaps
    headless: bool
    expect_workers: int
    plain: bool
    shape: Steps
    early_stop: bool
    capacity: bool
    actions_per_minute: float
    arrivals: Mapping[str, float] = field(default_factory=dict)

    @property
    def compares(self) -> bool:
        """Whether the phase compares the release with the previous one, and the target has one."""
        return not self.capacity and self.plan.compares(self.phase.id) and self.target.baseline_url is not None

    def facts(self, expected_workers: int) -> LoadFacts:
        """The facts about the load for the record `run-started`."""
        return LoadFacts(
            users=self.users,
            actions_per_minute=self.actions_per_minute,
            pace=self.shape,
            ramp_s=self.ramp_s,
            hold_s=self.hold_s,
            slice_s=self.profile.slice,
            slow_ms=self.profile.slow_ms,
            seed=self.seed,
            gaps=self.gaps,
            expected_workers=expected_workers,
            least_requests=self.profile.least_requests,
            scenarios={name: self._asked_of(name) for name in self.arrivals},
        )

    def _asked_of(self, scenario: str) -> ScenarioFacts:
        kind = self.profile.scenarios[scenario]
        return ScenarioFacts(arrivals_per_minute=round(self.arrivals[scenario], 6), items=kind.items)
