"""Which settings a metric needs to be measured, and which of them are not set."""

import os
from typing import TYPE_CHECKING

from rollout.metrics.kinds import Metric
from rollout.sources.registry import source_named, source_of
from rollout.sources.source import SourceType
from rollout.target.obstacle import place

if TYPE_CHECKING:
    from rollout.target import Target


def taker(metric: Metric, target: "Target") -> SourceType | None:
    """
    The source that samples a metric of this target: its own, or Prometheus.

    Prometheus where the target names a query for it, and where targets of this suite lack a setting of its own source.
    """
    own = source_of(metric.name)
    if metric.name in target.prometheus_queries or not suits(own, target):
        return source_named("prometheus")
    return own


def suits(source: SourceType | None, target: "Target") -> bool:
    """Whether each setting that a *source* needs is one that the model of the target has, whatever its value."""
    return all(need.isupper() or need in type(target).model_fields for need in (source.needs if source else ()))


def needs_of(metric: Metric, target: "Target") -> tuple[str, ...]:
    """The settings without which the metric cannot be measured, those of its source first."""
    source = taker(metric, target)
    own = () if metric.name in target.prometheus_queries else metric.needs
    return tuple(dict.fromkeys((*(source.needs if source else ()), *own)))


def missing(metric: Metric, target: "Target") -> list[str]:
    """The places where a value is missing that it needs: keys of the target's file, and variables of the environment."""
    unset = [where(need, target) for need in needs_of(metric, target) if not is_set(need, target)]
    asked = taker(metric, target)
    if not unset and asked and asked.name == "prometheus" and metric.name not in target.prometheus_queries:
        return [where(f"prometheus_queries.{metric.name}", target)]
    return unset


def is_set(need: str, target: "Target") -> bool:
    """Whether a setting of the target, or a variable in capitals, has a value."""
    return bool(os.environ.get(need)) if need.isupper() else getattr(target, need, None) not in (None, "", (), {})


def where(need: str, target: "Target") -> str:
    """The place of a need: a variable of a source in capitals, else the place of a setting."""
    return f"{need} in the environment" if need.isupper() else place(target, need)
