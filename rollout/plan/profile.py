"""How many people come, how often they act and for how long: the load of a phase."""

from typing import Literal, Self

from pydantic import Field, model_validator

from rollout.plan.base import Duration, Part


class LoadProfile(Part):
    """
    The load of one phase; arrivals are planned before the run and do not wait for answers.

    *users* people act *actions_per_minute* times each; *slow_ms* are the latencies above which requests are counted.
    """

    users: int = Field(ge=1, description="people at the same time")
    actions_per_minute: float = Field(gt=0, description="actions of one person in a minute")
    ramp: Duration = Field(description="time until everybody is there")
    hold: Duration = Field(description="time of full load, the measured part")
    shape: Literal["hold", "spike", "stages"] = "hold"
    slow_ms: tuple[float, ...] = Field(min_length=1)
    slice: Duration = Field(description="length of a time slice of the statistical test")
    least_requests: int = Field(1000, ge=1, description="fewer requests prove nothing")
    beside: Duration = Field(120, description="longest comparison with the release before, at the same moments")
    scenarios: dict[str, float] = Field(min_length=1, description="weight of each kind of person")

    @model_validator(mode="after")
    def _can_reach_its_requests(self) -> Self:
        planned = self.users * self.actions_per_minute * self.hold / 60
        if planned < self.least_requests:
            raise ValueError(
                f"plans {planned:g} requests, needs {self.least_requests}: this load can never prove anything;"
                " raise users, actions_per_minute or hold"
            )
        return self
