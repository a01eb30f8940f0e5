"""Obstacles: a missing setting, a missing permission or a failed step before a check. They are no finding about the target.

Obstacle (AssertionError)   a step on the way to the subject failed: the cause, which many checks may share
├── NotConfigured           a setting of the target is missing
└── NotPermitted            the target does not allow an action
"""

from typing import Any

from rollout.evidence.records import ObstacleKind
from rollout.target.secret_fields import secret_fields, variable
from rollout.target.settings import Action, Target
from rollout.values import STANDIN


class Obstacle(AssertionError):
    """A check could not reach its subject. The message is the *cause*; *way_out* is the step that removes it."""

    kind: ObstacleKind = "not-reached"

    def __init__(self, cause: str, way_out: str = "") -> None:
        super().__init__(cause)
        self.way_out = way_out


class NotConfigured(Obstacle):
    """A setting is missing."""

    kind: ObstacleKind = "not-configured"

    def __init__(self, target: Target, *settings: str) -> None:
        way_out = f"set {' and '.join(place(target, setting) for setting in settings)}"
        super().__init__(f"not configured: {way_out}", way_out)


class NotPermitted(Obstacle):
    """An action that changes the target is not allowed."""

    kind: ObstacleKind = "not-permitted"

    def __init__(self, target: Target, action: Action) -> None:
        way_out = f"add {action.value!r} to `allow` in {file_of(target)}"
        super().__init__(f"target {target.name!r} does not allow {action.value!r}: {way_out}", way_out)


class Untried:
    """
    The obstacles of several looks at one subject; what the other looks found is said before the first of them.

    Each look is a with block; after the findings are asserted, `tell` raises the first obstacle.
    """

    def __init__(self) -> None:
        self.obstacles: list[Obstacle] = []

    def __enter__(self) -> None:
        """Begin a look."""

    def __exit__(self, kind: object, error: object, traceback: object) -> bool:
        """Keep an obstacle; any other error goes on."""
        if isinstance(error, Obstacle):
            self.obstacles.append(error)
        return isinstance(error, Obstacle)

    def tell(self) -> None:
        """Raise the first obstacle, if there is one."""
        if self.obstacles:
            raise self.obstacles[0]


def needed(target: Target, *settings: str) -> Any:
    """The value of the first of *settings* if all are set; else NotConfigured with the missing ones."""
    unset = [setting for setting in settings if not getattr(target, setting)]
    if unset:
        raise NotConfigured(target, *unset)
    return getattr(target, settings[0])


def place(target: Target, setting: str) -> str:
    """The place of a setting: for a secret its environment variable, else its key in the target's file."""
    model = type(target)
    if setting in secret_fields(model):
        return f"{variable(model, setting)} in the environment"
    return f"`{setting}` in {file_of(target)}"


def file_of(target: Target) -> str:
    """The file with the settings of *target*; the embedded target has none, so that words take its place."""
    return "the file of a target of your own" if target.environment == STANDIN else f"targets/{target.name}.toml"
