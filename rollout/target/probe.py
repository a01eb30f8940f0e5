"""Probes of a target before a phase: each checks one part and gives a finding, or a fault and its way out."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Literal

from rollout.target.deadline import TooLate, begun, each, in_time
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, needed
from rollout.target.settings import Target, TargetError

LONGEST_S = 31.0  # s, of one probe: more than the time limit of any one answer
TOTAL_S = 60.0  # s, of all probes of one target together
PROGRESS_S = 1.0
ProbeState = Literal["ok", "failed", "not configured", "not reached", "not looked at"]
Tell = Callable[[list[str]], None]  # takes the names of the probes that have not ended
IN_THE_WAY = ("failed", "not reached")


class Unseen(AssertionError):
    """A probe cannot check its part from this machine; the result is neither good nor bad."""


@dataclass(frozen=True)
class Probe:
    """
    One probe: *look* returns its finding in words, and raises AssertionError for a fault.

    *settings* are the settings that it needs; a criterion that needs one of them cannot be met while the probe fails. A
    probe without settings is for information. *also* are further settings of the same part: if the probe succeeds, unset
    ones among them are not missing. *after* names the probe before it: while that one fails, this one does not run, so
    that each cause is reported once.
    """

    name: str
    settings: tuple[str, ...]
    look: Callable[[Any], str]  # takes a target; `Any` since each suite has its own model of targets
    also: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Look:
    """The result of a probe; *said* is its finding in one line."""

    name: str
    settings: tuple[str, ...]
    state: ProbeState
    said: str
    way_out: str = ""
    also: tuple[str, ...] = ()


def looks(probes: Iterable[Probe], target: Target, tell: Tell = lambda _: None) -> Iterator[Look]:
    """
    The result of each probe on *target*, in order; probes run in parallel, except those with *after*.

    Ends after TOTAL_S seconds: a probe that has not ended by then is "not looked at". *tell* gets the names of those
    that it waits for, once a second.
    """
    until = monotonic() + TOTAL_S
    named = {probe.name: probe for probe in probes}
    found: dict[str, Future[Look]] = {}
    for probe in named.values():
        found[probe.name] = begun(partial(in_turn, probe, target, found.get(probe.after)))
    wait_for(found, until, tell)
    for name, look in found.items():
        yield look.result() if look.done() else not_looked_at(named[name])


def wait_for(found: dict[str, Future[Look]], until: float, tell: Tell) -> None:
    """Return when every look has ended, or at the monotonic time *until*."""
    while (pending := [name for name, look in found.items() if not look.done()]) and monotonic() < until:
        tell(pending)
        wait([found[name] for name in pending], max(0.0, min(PROGRESS_S, until - monotonic())))


def not_looked_at(probe: Probe) -> Look:
    """The row of a probe for which the time of all probes was over; the part may be in order."""
    return Look(probe.name, probe.settings, "not looked at", f"no end of it within {TOTAL_S:g} s for all")


def in_turn(probe: Probe, target: Target, before: Future[Look] | None) -> Look:
    """The result of *probe* once the one *before* it is done; if that one failed, *probe* does not run."""
    came_to = before.result() if before else None
    barred = came_to is not None and came_to.state in IN_THE_WAY
    return waiting(probe, came_to) if came_to and barred else looked(probe, target)


def waiting(probe: Probe, before: Look) -> Look:
    """The result of a probe that did not run, with the name of the failed one."""
    said = before.said if before.state == "not reached" else f"waits for: {before.name}"
    return Look(probe.name, probe.settings, "not reached", said)


def looked(probe: Probe, target: Target) -> Look:
    """Run one probe for LONGEST_S seconds at most; without its settings it does not run."""
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
        return Look(probe.name, probe.settings, "failed", said, f"find out why {probe.name} gives {said}")
    except (AssertionError, TargetError) as error:
        from rollout.target.answer import summary_of  # imports httpx, which is slow

        way_out = f"mend it: {one_line(summary_of(error))}"
        return Look(probe.name, probe.settings, "failed", one_line(str(error)), way_out)
