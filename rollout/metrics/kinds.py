"""The kinds of metrics: the kind selects the judge, the checks of the plan and the chart."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Literal

Producer = Literal["tests", "load", "metric", "attestation"]


class MetricKind(StrEnum):
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
class KindRules:
    """
    The rules for every metric of one kind.

    *producer* is the `source` of a criterion about it. *better* is the direction of a limit; a trigger points the
    other way. *keys* are the `DEPENDENT` keys of a criterion that its judge or its monitor reads. With *exact*, `==`
    the best value is a limit too. With *everywhere*, every system has it, so that no target may leave it out.
    """

    producer: Producer
    better: Literal["less", "more"]
    keys: tuple[str, ...]
    exact: bool = False
    everywhere: bool = False


# Keys of a criterion that are read about some kinds only; every other key is read whatever the criterion is about.
DEPENDENT = (
    *("limit", "trigger", "support", "least", "slice", "longest_interval", "step"),
    *("zero_is_valid", "liveness", "roles"),
)
LOADED = ("limit", "trigger", "least")
SAMPLED = ("limit", "least", "longest_interval", "step")
OF_USERS = (*SAMPLED, "support", "slice", "liveness")
RULES: dict[MetricKind, KindRules] = {
    MetricKind.FAIL_SHARE: KindRules("load", "less", (*LOADED, "support"), everywhere=True),
    MetricKind.LATENCY: KindRules("load", "less", (*LOADED, "support"), everywhere=True),
    MetricKind.MEAN: KindRules("load", "less", LOADED, everywhere=True),
    MetricKind.REQUESTS: KindRules("load", "more", ("limit",), everywhere=True),
    MetricKind.LOSS: KindRules("load", "less", LOADED, exact=True, everywhere=True),
    MetricKind.COMPARISON: KindRules("load", "less", (*LOADED, "slice")),
    MetricKind.GAUGE: KindRules("metric", "less", (*SAMPLED, "trigger", "zero_is_valid", "liveness"), exact=True),
    MetricKind.AVAILABILITY: KindRules("metric", "more", (*SAMPLED, "support", "slice"), everywhere=True),
    MetricKind.USERS_FAILED: KindRules("metric", "less", (*OF_USERS, "trigger"), everywhere=True),
    MetricKind.USERS_SLOW: KindRules("metric", "less", OF_USERS, everywhere=True),
    MetricKind.USERS_SERVED: KindRules("metric", "more", OF_USERS, everywhere=True),
    MetricKind.COVERAGE: KindRules("metric", "more", SAMPLED, everywhere=True),
    MetricKind.EXPOSURE: KindRules("tests", "more", (), exact=True),
    MetricKind.SATISFACTION: KindRules("attestation", "more", ("limit", "least")),
    MetricKind.SIGNATURES: KindRules("attestation", "more", ("limit", "roles"), exact=True),
}
WITHOUT_METRIC: dict[str, tuple[str, ...]] = {
    "tests": (),
    "drill": ("limit",),
    "attestation": ("roles",),
}  # keys by source


@dataclass(frozen=True)
class Metric:
    """
    One measurement: *title* for people, *unit* as limits write it, *lowest* and *highest* possible value.

    *source* measures it: the engine's `load`, `monitor`, `checks` and `people`, or a source of samples. *needs* names
    the settings without which it cannot be measured: those of the target in lower case, variables in capitals.
    *sample* is its name in the monitor's records where that is another one. *better* is the direction of a limit where
    it is not that of the kind; `either` leaves it to the plan. With *needs_processor* a target
    that lacks one can miss its limit; memory is no fuller on a busy machine.
    """

    name: str
    title: str
    unit: str
    kind: MetricKind
    source: str
    needs: tuple[str, ...] = ()
    lowest: float = 0
    highest: float = inf
    sample: str = ""
    better: Literal["less", "more", "either"] | None = None
    needs_processor: bool = True

    @property
    def direction(self) -> Literal["less", "more", "either"]:
        """Which values of it are better."""
        return self.better or self.rules.better

    @property
    def rules(self) -> KindRules:
        """The rules of its kind."""
        return RULES[self.kind]

    @property
    def sampled(self) -> str:
        """The name under which samples of it are recorded."""
        return self.sample or self.name
