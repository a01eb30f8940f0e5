"""Faults of processes and data, which somebody outside the application has to bring about."""

from standin.breakages.base import Breakage
from standin.breakages.catalogue import ACTIONS

__all__ = ["ACTIONS", "Breakage"]
