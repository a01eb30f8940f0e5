"""The system under verification: its addresses, credentials and permissions, and the clients that reach it."""

from rollout.target.settings import Action, Target, TargetError

__all__ = ["Action", "Target", "TargetError"]
