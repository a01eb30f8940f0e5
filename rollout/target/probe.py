"""One look at a part of a target before a phase starts: what is there, or what is in the way and how to remove it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, needed
from rollout.target.settings import Target, TargetError

ProbeState = Literal["ok", "failed", "not configured", "not reached"]
IN_THE_WAY = ("failed", "not reached")


class Unseen(AssertionError):
    """Nothing can be told from here about what a probe looks at, neither good nor bad."""


@dataclass(frozen=True)
class Probe:
    """
    How to look: *look* says what it found, and raises AssertionError where that is not as it must be.

    *settings* are what it needs; a criterion that needs one of them cannot be met while the probe fails. A probe
    without settings is for information. *also* are more settings that the look is about: one of them that is not set
    is not needed where the look finds all well. The probe *after* which it comes is on the way to it: while that one
    fails nothing is asked, so that each cause is told once.
    """

    name: str
    settings: tuple[str, ...]
    look: Callable[[Any], str]  # each suite has a model of its own for targets
    also: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Look:
    """What a probe found, in one line."""

    name: str
    settings: tuple[str, ...]
    state: ProbeState
    said: str
    way_out: str = ""
    also: tuple[str, ...] = ()


def looks(probes: Iterable[Probe], target: Target) -> Iterator[Look]:
    """What each probe finds on *target*, in order; one whose way is barred waits for what bars it."""
    found: dict[str, Look] = {}
    for probe in probes:
        before = found.get(probe.after)
        found[probe.name] = waiting(probe, before) if before and before.state in IN_THE_WAY else looked(probe, target)
        yield found[probe.name]


def waiting(probe: Probe, before: Look) -> Look:
    """The look that was not taken, with the name of what is in the way."""
    said = before.said if before.state == "not reached" else f"waits for: {before.name}"
    return Look(probe.name, probe.settings, "not reached", said)


def looked(probe: Probe, target: Target) -> Look:
    """One look; what is not configured is not looked at."""
    try:
        if probe.settings:
            needed(target, *probe.settings)
        return Look(probe.name, probe.settings, "ok", one_line(probe.look(target)), also=probe.also)
    except Obstacle as error:
        state: ProbeState = "not configured" if error.kind == "not-configured" else "failed"
        return Look(probe.name, probe.settings, state, one_line(str(error)), error.way_out)
    except Unseen as error:
        return Look(probe.name, probe.settings, "not reached", one_line(str(error)))
    except (AssertionError, TargetError) as error:
        from rollout.target.answer import summary_of  # brings httpx, which is slow to import

        way_out = f"mend it: {one_line(summary_of(error))}"
        return Look(probe.name, probe.settings, "failed", one_line(str(error)), way_out)
