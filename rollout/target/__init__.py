"""The system under verification: where it is, how to get in, and what may be done to it."""

from rollout.target.settings import Action, Target, TargetError

__all__ = ["Action", "Target", "TargetError"]
