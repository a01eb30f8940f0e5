"""The course of a drill: its steps, one after the other, with the seconds that each took."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rollout.drill.found_before import FoundBefore
from rollout.drill.outcome import CannotTell
from rollout.values import as_text

LONGEST_S = 3600.0  # no step may take longer, unless it is told to


class Told(Protocol):
    """A display of the progress of a drill."""

    def begin(self, step: str) -> None:
        """A step begins."""

    def went(self, done: int, total: int | None) -> None:
        """*done* bytes of the step are done, of about *total*; None where the total is unknown."""

    def end(self, step: str, seconds: float) -> None:
        """A step is over, with or without an error."""


class Nobody:
    """A display that shows nothing."""

    def begin(self, step: str) -> None: ...

    def went(self, done: int, total: int | None) -> None: ...

    def end(self, step: str, seconds: float) -> None: ...


class Course:
    """
    The steps of one drill so far: *times* maps each to its seconds, in the order in which they began.

    *within* maps the steps with a time limit to it, in seconds. *before* keeps what is found before it is changed.
    *not_put_back* tells what of it was left changed, with the commands that put it back; empty where nothing was.
    """

    def __init__(self, told: Told | None = None, before: FoundBefore | None = None) -> None:
        self.told: Told = told or Nobody()
        self.times: dict[str, float] = {}
        self.within: dict[str, float] = {}
        self.before = before or FoundBefore()
        self.not_put_back = ""
        self.ends = math.inf  # when the time of the current step is over, on the monotonic clock
        self.longest_s = math.inf

    @contextmanager
    def step(self, name: str, within: float | None = None, longest_s: float = LONGEST_S) -> Iterator[None]:
        """
        Run the block as a step, which should take *within* seconds at most; a repeated step adds its seconds.

        A block that tells its progress ends with CannotTell after *longest_s*.
        """
        self.told.begin(name)
        if within is not None:
            self.within[name] = within
        began = time.monotonic()
        around = self.ends, self.longest_s
        self.ends, self.longest_s = began + longest_s, longest_s
        try:
            yield
        finally:
            self.ends, self.longest_s = around
            took = time.monotonic() - began
            self.times[name] = self.times.get(name, 0.0) + took
            self.told.end(name, took)

    def went(self, done: int, total: int | None = None) -> None:
        """Report the progress of the current step, in bytes; CannotTell where its time is over."""
        if time.monotonic() > self.ends:
            raise CannotTell(f"the time of this step was over after {as_text(self.longest_s)}")
        self.told.went(done, total)
