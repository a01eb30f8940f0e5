"""Fixtures of the tests of the drill."""

from tests.drill.live_database import database, drill, running

__all__ = ["database", "drill", "running"]
