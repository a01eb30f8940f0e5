"""One look at a part of a target before a phase starts: what is there, or what is in the way and how to remove it."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from rollout.target.deadline import TimeBudget, in_time
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, needed
from rollout.target.settings import Target, TargetError

LONGEST = TimeBudget(most_s=31.0, least_s=5.0, total_s=15.0)  # of a look: more than any one answer may take
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
    """What each probe finds on *target*, in order; one whose way is barred waits for what bars it, and none lasts for ever."""
    found: dict[str, Look] = {}
    budget = copy(LONGEST)
    for probe in probes:
        before = found.get(probe.after)
        barred = before is not None and before.state in IN_THE_WAY
        found[probe.name] = waiting(probe, before) if before and barred else looked(probe, target, budget)
        yield found[probe.name]


def waiting(probe: Probe, before: Look) -> Look:
    """The look that was not taken, with the name of what is in the way."""
    said = before.said if before.state == "not reached" else f"waits for: {before.name}"
    return Look(probe.name, probe.settings, "not reached", said)


def looked(probe: Probe, target: Target, budget: TimeBudget) -> Look:
    """One look, as long as *budget* lets it last; what is not configured is not looked at."""
    try:
        if probe.settings:
            needed(target, *probe.settings)
        said = in_time(partial(probe.look, target), budget)
        return Look(probe.name, probe.settings, "ok", one_line(said), also=probe.also)
    except Obstacle as error:
        state: ProbeState = "not configured" if error.kind == "not-configured" else "failed"
        return Look(probe.name, probe.settings, state, one_line(str(error)), error.way_out)
    except Unseen as error:
        return Look(probe.name, probe.settings, "not reached", one_line(str(error)))
    except (AssertionError, TargetError) as error:
        from rollout.target.answer import summary_of  # brings httpx, which is slow to import

        way_out = f"mend it: {one_line(summary_of(error))}"
        return Look(probe.name, probe.settings, "failed", one_line(str(error)), way_out)
