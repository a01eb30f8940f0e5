"""Sample at fixed times until the window is over, into a new journal every 15 minutes, so that a crash loses little."""

import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from types import FrameType
from typing import Protocol

from rollout.clean_text import clean
from rollout.evidence import Journal, Origin
from rollout.evidence.records import Sample, Slot, WatchFacts
from rollout.watch.clock import Clock

ROTATE_S = 900.0
ALMOST = 1e-6
SPARE_SHARE = 0.1  # of all looks: so many skipped ones are made up for at the end


class Looks(Protocol):
    """What takes the samples of the monitor."""

    def look(self, stopped: Callable[[], bool]) -> dict[str, Sample]: ...
    def release(self) -> str | None: ...
    def target_waited_percent(self) -> float | None: ...


class Build(Protocol):
    """What detects that another build than the first one answers."""

    def other(self) -> str: ...


@dataclass(frozen=True)
class Round:
    """What the monitor is asked for: *interval_s* between looks, *for_s* in all, the exposure *step* if any."""

    interval_s: float
    for_s: float
    step: str | None = None


def watch(
    probes: Looks,
    round_: Round,
    origin: Origin,
    folder: Path,
    tell: Callable[[str], None],
    build: Build | None = None,
    stop: threading.Event | None = None,
    clock: Clock | None = None,
) -> int:
    """
    Sample every `interval_s` on an absolute schedule; a late look is skipped and made up for at the end.

    A new release starts a new journal, and its window begins anew. Where the release was named by hand, the name of
    another one is unknown: *build* detects that another one answers, and the watch ends. SIGTERM ends it orderly with
    the samples so far; a look that it interrupts is not written. Returns the number of looks.
    """
    stop = stop or stop_on_signals()
    clock = clock or Clock()
    opened_at, looks, other = clock.now(), 0, ""
    journal = opened(folder, origin, round_)
    for number, last, due, woke_s in due_looks(round_, clock, stop):
        if build and (other := build.other()):
            tell(f"watch: another release answers now, {clean(other)}: it is not watched; run it again for that one")
            break
        seen = None if build else probes.release()
        if seen and seen != origin.release:
            before, origin = origin.release, origin.model_copy(update={"release": seen})
            journal, opened_at = reopened(journal, folder, origin, round_, before), clock.now()
        elif clock.now() - opened_at > ROTATE_S:
            journal, opened_at = reopened(journal, folder, origin, round_), clock.now()
        kept_s = clock.waited()
        samples = probes.look(stop.is_set)
        if stop.is_set():
            break
        late_s = round(woke_s + clock.waited() - kept_s, 3)
        journal.append(
            Slot(
                due=round(due, 3),
                number=number,
                samples=samples,
                late_s=late_s,
                target_waited_percent=probes.target_waited_percent(),
            )
        )
        looks += 1
        tell(progress(number, last, round_, samples))
    journal.finish(other=other)
    return looks


def due_looks(round_: Round, clock: Clock, stop: threading.Event) -> Iterator[tuple[int, int, float, float]]:
    """
    For each look: its number, the last number, when it is due, and by how many seconds it woke too late.

    Waits until each look is due. A look that is late only because the one before took long has not woken late: the
    target may have taken long. The first look is at the beginning, the last at the end of the time. A look whose time
    has passed is skipped and adds one at the end, up to a tenth of all.
    """
    begin, number = clock.now(), 0
    last = max(1, ceil(round_.for_s / round_.interval_s - ALMOST))
    most = last + ceil(last * SPARE_SHARE)
    while number <= last:
        due = begin + number * round_.interval_s
        asked = clock.now()
        if clock.wait(stop, max(0.0, due - asked)):
            return
        if clock.now() - due < round_.interval_s:
            yield number, last, due, max(0.0, clock.now() - max(due, asked))
        else:
            last = min(most, last + 1)
        number += 1


def opened(folder: Path, origin: Origin, round_: Round, after: str | None = None) -> Journal:
    """A journal for some of the slots; *after* is another release that answered just before."""
    facts = WatchFacts(interval_s=round_.interval_s, for_s=round_.for_s, step=round_.step, after=after)
    return Journal(folder, origin, watch=facts)


def reopened(journal: Journal, folder: Path, origin: Origin, round_: Round, after: str | None = None) -> Journal:
    """End *journal* and open the next one."""
    journal.finish()
    return opened(folder, origin, round_, after)


def progress(number: int, slots: int, round_: Round, samples: dict[str, Sample]) -> str:
    """One line for people about a look."""
    said = [f"{name.split('.')[0]} {sample.text or sample.error}" for name, sample in samples.items()]
    return f"watch {number * round_.interval_s:.0f}/{slots * round_.interval_s:.0f} s  {'  '.join(said)}"


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop
