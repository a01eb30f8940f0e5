"""One look at a part of a target before a phase starts: what is there, or what is in the way and how to remove it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, needed
from rollout.target.settings import Target, TargetError

State = Literal["ok", "failed", "not configured"]


@dataclass(frozen=True)
class Probe:
    """
    How to look: *look* says what it found, and raises AssertionError where that is not as it must be.

    *settings* are what it needs; a criterion that needs one of them cannot be met while the probe fails. A probe
    without settings is for information.
    """

    name: str
    settings: tuple[str, ...]
    look: Callable[[Any], str]  # each suite has a model of its own for targets


@dataclass(frozen=True)
class Look:
    """What a probe found, in one line."""

    name: str
    settings: tuple[str, ...]
    state: State
    said: str
    way_out: str = ""


def looks(probes: Iterable[Probe], target: Target) -> Iterator[Look]:
    """What each probe finds on *target*."""
    for probe in probes:
        yield looked(probe, target)


def looked(probe: Probe, target: Target) -> Look:
    """One look; what is not configured is not looked at."""
    try:
        if probe.settings:
            needed(target, *probe.settings)
        return Look(probe.name, probe.settings, "ok", one_line(probe.look(target)))
    except Obstacle as error:
        state: State = "not configured" if error.kind == "not-configured" else "failed"
        return Look(probe.name, probe.settings, state, one_line(str(error)), error.way_out)
    except (AssertionError, TargetError) as error:
        return Look(probe.name, probe.settings, "failed", one_line(str(error)))
