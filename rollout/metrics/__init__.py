"""Every measurement that a plan may name: its unit, its kind, who takes it, and what that needs."""

from rollout.metrics.kinds import Kind, Metric

__all__ = ["Kind", "Metric"]
