"""What a metric needs to be measured, and what of it is not set."""

import os
from typing import TYPE_CHECKING

from rollout.metrics.kinds import Metric
from rollout.sources.registry import source_of

if TYPE_CHECKING:
    from rollout.target import Target


def needs_of(metric: Metric) -> tuple[str, ...]:
    """The settings without which the metric cannot be measured, those of its source first."""
    source = source_of(metric.name)
    return tuple(dict.fromkeys((*(source.needs if source else ()), *metric.needs)))


def missing(metric: Metric, target: "Target") -> list[str]:
    """The variables of the settings that it needs and that are not set."""
    return [variable(need, target) for need in needs_of(metric) if not is_set(need, target)]


def is_set(need: str, target: "Target") -> bool:
    """Whether a setting of the target, or a variable in capitals, has a value."""
    return bool(os.environ.get(need)) if need.isupper() else getattr(target, need, None) not in (None, "", ())


def variable(need: str, target: "Target") -> str:
    """The environment variable that a setting can be given by."""
    return need if need.isupper() else f"{target.model_config['env_prefix']}{need.upper()}"
