"""Every metric that a plan may name: its unit, its kind, its source, and the settings it needs."""

from rollout.metrics.kinds import Metric, MetricKind

__all__ = ["Metric", "MetricKind"]
