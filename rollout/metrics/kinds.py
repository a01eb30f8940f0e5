"""What a metric is: the kind picks the judge, the checks of the plan and the picture."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Literal

Producer = Literal["tests", "load", "metric", "attestation"]


class Kind(StrEnum):
    """How evidence about a metric becomes a verdict."""

    FAIL_SHARE = "fail-share"  # failed requests of all
    LATENCY = "latency"  # a quantile, judged by the share of slow requests
    MEAN = "mean"  # the mean of a latency
    REQUESTS = "requests"  # how many requests were answered
    LOSS = "loss"  # acknowledged writes that are gone
    COMPARISON = "comparison"  # beside the release before, at the same moments
    GAUGE = "gauge"  # a level; its worst value counts
    AVAILABILITY = "availability"  # the share of samples that are 1
    USERS_FAILED = "users-failed"  # failed requests of users' own traffic
    USERS_SLOW = "users-slow"  # a quantile of its latency, judged by the share of slow requests
    USERS_SERVED = "users-served"  # the share of time slices in which users were served
    COVERAGE = "coverage"  # time that was watched
    EXPOSURE = "exposure"  # the share of users on the new side
    SATISFACTION = "satisfaction"  # the share of satisfied answers
    SIGNATURES = "signatures"  # roles that signed


@dataclass(frozen=True)
class Rules:
    """
    What holds for every metric of one kind.

    *producer* is the `source` of a criterion about it, *better* the direction of a limit, a trigger points the other
    way. *exact*: `==` the best value is a limit too. *triggers* and *supported*: whether its judge knows triggers and
    the anytime-valid test. *absent*: whether a missing value may be zero. *sliced*: whether the criterion itself says how
    long a time slice is. *everywhere*: whether every system has it, so that no target may leave it out.
    """

    producer: Producer
    better: Literal["less", "more"]
    exact: bool = False
    triggers: bool = False
    supported: bool = False
    absent: bool = False
    sliced: bool = False
    everywhere: bool = False


RULES: dict[Kind, Rules] = {
    Kind.FAIL_SHARE: Rules("load", "less", triggers=True, supported=True, everywhere=True),
    Kind.LATENCY: Rules("load", "less", triggers=True, supported=True, everywhere=True),
    Kind.MEAN: Rules("load", "less", triggers=True, everywhere=True),
    Kind.REQUESTS: Rules("load", "more", triggers=True, everywhere=True),
    Kind.LOSS: Rules("load", "less", exact=True, triggers=True, everywhere=True),
    Kind.COMPARISON: Rules("load", "less", triggers=True),
    Kind.GAUGE: Rules("metric", "less", exact=True, triggers=True, absent=True),
    Kind.AVAILABILITY: Rules("metric", "more", supported=True, sliced=True, everywhere=True),
    Kind.USERS_FAILED: Rules("metric", "less", triggers=True, supported=True, sliced=True, everywhere=True),
    Kind.USERS_SLOW: Rules("metric", "less", supported=True, sliced=True, everywhere=True),
    Kind.USERS_SERVED: Rules("metric", "more", supported=True, sliced=True, everywhere=True),
    Kind.COVERAGE: Rules("metric", "more", everywhere=True),
    Kind.EXPOSURE: Rules("tests", "more", exact=True),
    Kind.SATISFACTION: Rules("attestation", "more"),
    Kind.SIGNATURES: Rules("attestation", "more", exact=True),
}


@dataclass(frozen=True)
class Metric:
    """
    One measurement: *title* for people, *unit* as limits write it, *lowest* and *highest* possible value.

    *source* is who takes it: the engine's `load`, `monitor`, `checks` and `people`, or a source of samples. *needs*
    names the settings without which it cannot be taken: those of the target in lower case, variables in capitals.
    *sample* is its name in the monitor's records where that is another one. *better* is the direction of a limit where it is
    not that of the kind; `either` leaves it to the plan.
    """

    name: str
    title: str
    unit: str
    kind: Kind
    source: str
    needs: tuple[str, ...] = ()
    lowest: float = 0
    highest: float = inf
    sample: str = ""
    better: Literal["less", "more", "either"] | None = None

    @property
    def direction(self) -> Literal["less", "more", "either"]:
        """Which values of it are better."""
        return self.better or self.rules.better

    @property
    def rules(self) -> Rules:
        """What holds for its kind."""
        return RULES[self.kind]

    @property
    def sampled(self) -> str:
        """The name under which samples of it are recorded."""
        return self.sample or self.name
