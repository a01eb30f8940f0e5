"""Refuse options that change the users of a load, so that a run has exactly the plan's mix."""

from collections.abc import Iterator
from typing import Any

from locust.env import Environment

REFUSED = {
    "config_users": "--config-users",
    "tags": "--tags",
    "exclude_tags": "--exclude-tags",
    "class_picker": "--class-picker",
}
WAY_OUT = "what users do is in plan.toml and the locustfile; change it there"


def refuse_other_users(environment: Environment, options: Any) -> None:
    """Raise ValueError in one line for the first option that would change the users of the plan."""
    for what in changes(environment, options):
        raise ValueError(f"{what}, so the load would not be the plan's: {WAY_OUT}")


def changes(environment: Environment, options: Any) -> Iterator[str]:
    """The options that change users, each in a few words."""
    for name, option in REFUSED.items():
        if getattr(options, name, None):
            yield f"{option} changes what users do"
    for kind in environment.user_classes:
        if kind.fixed_count:
            yield f"{kind.__name__}.fixed_count = {kind.fixed_count} takes users from other scenarios"
    if environment.shape_class is not None:
        yield f"{type(environment.shape_class).__name__} changes how many users there are"
