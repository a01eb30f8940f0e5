"""What keeps a check from its subject: a setting, a permission, or a step before it. It says nothing bad about the target.

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
    """A check did not get to its subject. The message is the *cause*; *way_out* says what removes it."""

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


def needed(target: Target, *settings: str) -> Any:
    """The value of the first of *settings*, once all of them are there; NotConfigured names those that are not."""
    unset = [setting for setting in settings if not getattr(target, setting)]
    if unset:
        raise NotConfigured(target, *unset)
    return getattr(target, settings[0])


def place(target: Target, setting: str) -> str:
    """Where a setting is set: secrets in the environment, anything else in the target's file."""
    model = type(target)
    if setting in secret_fields(model):
        return f"{variable(model, setting)} in the environment"
    return f"`{setting}` in {file_of(target)}"


def file_of(target: Target) -> str:
    """The file in which the settings of *target* stand; the embedded one has none, and its name is no file's."""
    return "the file of a target of your own" if target.environment == STANDIN else f"targets/{target.name}.toml"
