"""Which settings a metric needs to be measured, and which of them are not set."""

import os
from typing import TYPE_CHECKING

from rollout.metrics.kinds import Metric
from rollout.sources.registry import source_named, source_of
from rollout.sources.source import SourceType

if TYPE_CHECKING:
    from rollout.target import Target


def taker(metric: Metric, target: "Target") -> SourceType | None:
    """
    The source that samples a metric of this target: Prometheus where the target names a query for it, else its own.
    """
    if metric.name in target.prometheus_queries:
        return source_named("prometheus")
    return source_of(metric.name)


def needs_of(metric: Metric, target: "Target") -> tuple[str, ...]:
    """The settings without which the metric cannot be measured, those of its source first."""
    source = taker(metric, target)
    own = () if metric.name in target.prometheus_queries else metric.needs
    return tuple(dict.fromkeys((*(source.needs if source else ()), *own)))


def missing(metric: Metric, target: "Target") -> list[str]:
    """The variables of the settings that it needs and that have no value."""
    unset = [variable(need, target) for need in needs_of(metric, target) if not is_set(need, target)]
    if not unset and metric.source == "prometheus" and metric.name not in target.prometheus_queries:
        return [f"{variable('prometheus_queries', target)}[{metric.name}]"]
    return unset


def is_set(need: str, target: "Target") -> bool:
    """Whether a setting of the target, or a variable in capitals, has a value."""
    return bool(os.environ.get(need)) if need.isupper() else getattr(target, need, None) not in (None, "", (), {})


def variable(need: str, target: "Target") -> str:
    """The environment variable of a setting."""
    return need if need.isupper() else f"{target.model_config['env_prefix']}{need.upper()}"
