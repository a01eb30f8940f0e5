"""The load of a phase: how many users, how often each acts, and for how long."""

from typing import Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from rollout.values import Duration, Part


class Scenario(Part):
    """
    One kind of user: *weight* is its share of the users.

    *actions_per_minute* is how often one such user acts, think time included; *items* is how many things
    each of them works with, such as the documents in an export. A bare number is a weight.
    """

    weight: float = Field(gt=0, description="share of the users, in proportion to the other weights")
    actions_per_minute: float | None = Field(None, gt=0, description="default: that of the profile")
    items: int | None = Field(None, ge=1, le=1000, description="volume of data each of them works with")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A table, or a bare number."""
        table = handler.resolve_ref_schema(handler(core))
        return {**table, "type": ["object", "number"], "exclusiveMinimum": 0}

    @model_validator(mode="before")
    @classmethod
    def _number_is_weight(cls, value: Any) -> Any:
        return {"weight": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


class LoadProfile(Part):
    """
    The load of one phase; arrivals are planned before the run and do not wait for answers.

    Each of *users* acts *actions_per_minute* times a minute; *slow_ms* are the latencies above which requests are
    counted, in ms.
    """

    users: int = Field(ge=1, description="users at the same time")
    actions_per_minute: float = Field(gt=0, description="actions of one user in a minute")
    ramp: Duration = Field(description="time until all users are there")
    hold: Duration = Field(description="time of full load, the measured part")
    shape: Literal["hold", "spike", "stages"] = Field(
        "hold", description="steady; a spike in the middle tenth; or a stage for each exposure step of the phase"
    )
    spike: float = Field(2, gt=1, description="how many times the rate a spike has")
    slow_ms: tuple[float, ...] = Field(min_length=1)
    slice: Duration = Field(description="length of a time slice of the statistical test")
    least_requests: int = Field(1000, ge=1, description="fewer requests prove nothing")
    beside: Duration = Field(120, description="longest comparison with the release before, at the same moments")
    scenarios: dict[str, Scenario] = Field(min_length=1, description="the kinds of users, each a weight or a table")

    @model_validator(mode="after")
    def _can_reach_its_requests(self) -> Self:
        planned = self.users * self.mean_actions_per_minute() * self.hold / 60
        if planned < self.least_requests:
            raise ValueError(
                f"plans {planned:g} requests, needs {self.least_requests}: this load can never prove anything;"
                " raise users, actions_per_minute or hold"
            )
        return self

    def rates(self) -> dict[str, float]:
        """Actions in a minute of one user of each scenario."""
        return {name: kind.actions_per_minute or self.actions_per_minute for name, kind in self.scenarios.items()}

    def mean_actions_per_minute(self) -> float:
        """Actions in a minute of one user on average."""
        rates = self.rates()
        weights = {name: kind.weight for name, kind in self.scenarios.items()}
        return sum(weights[name] * rates[name] for name in rates) / sum(weights.values())
