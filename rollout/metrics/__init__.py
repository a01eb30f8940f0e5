"""Every measurement that a plan may name: its unit, its kind, who takes it, and what that needs."""

from rollout.metrics.kinds import Metric, MetricKind

__all__ = ["Metric", "MetricKind"]
