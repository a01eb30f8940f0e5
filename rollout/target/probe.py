"""One look at a part of a target before a phase starts: what is there, or what is in the way and how to remove it."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from rollout.target.deadline import TooLate, begun, each, in_time
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, needed
from rollout.target.settings import Target, TargetError

LONGEST_S = 31.0  # of a look: more than any one answer may take
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
    """What each probe finds on *target*, in order; all look side by side, but for those that come after another one."""
    found: dict[str, Future[Look]] = {}
    for probe in probes:
        found[probe.name] = begun(partial(in_turn, probe, target, found.get(probe.after)))
    for look in found.values():
        yield look.result()


def in_turn(probe: Probe, target: Target, before: Future[Look] | None) -> Look:
    """One look, after that *before* it; where its way is barred it waits for what bars it."""
    came_to = before.result() if before else None
    barred = came_to is not None and came_to.state in IN_THE_WAY
    return waiting(probe, came_to) if came_to and barred else looked(probe, target)


def waiting(probe: Probe, before: Look) -> Look:
    """The look that was not taken, with the name of what is in the way."""
    said = before.said if before.state == "not reached" else f"waits for: {before.name}"
    return Look(probe.name, probe.settings, "not reached", said)


def looked(probe: Probe, target: Target) -> Look:
    """One look, which lasts LONGEST_S at most; what is not configured is not looked at."""
    try:
        if probe.settings:
            needed(target, *probe.settings)
        said = in_time(partial(probe.look, target), each(LONGEST_S))
        return Look(probe.name, probe.settings, "ok", one_line(said), also=probe.also)
    except Obstacle as error:
        state: ProbeState = "not configured" if error.kind == "not-configured" else "failed"
        return Look(probe.name, probe.settings, state, one_line(str(error)), error.way_out)
    except Unseen as error:
        return Look(probe.name, probe.settings, "not reached", one_line(str(error)))
    except TooLate:
        said = f"no answer in {LONGEST_S:g} s"
        return Look(probe.name, probe.settings, "failed", said, f"mend {probe.name}: {said}")
    except (AssertionError, TargetError) as error:
        from rollout.target.answer import summary_of  # brings httpx, which is slow to import

        way_out = f"mend it: {one_line(summary_of(error))}"
        return Look(probe.name, probe.settings, "failed", one_line(str(error)), way_out)
