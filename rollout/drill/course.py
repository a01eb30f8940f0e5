"""The course of a drill: its steps, one after the other, with the seconds that each took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rollout.drill.found_before import FoundBefore


class Told(Protocol):
    """Who hears how a drill goes on."""

    def begin(self, step: str) -> None:
        """A step begins."""

    def went(self, done: int, total: int | None) -> None:
        """So many bytes of the step are done, of about *total*; None where nobody knows how many there will be."""

    def end(self, step: str, seconds: float) -> None:
        """A step is over, however it ended."""


class Nobody:
    """Hears nothing."""

    def begin(self, step: str) -> None: ...

    def went(self, done: int, total: int | None) -> None: ...

    def end(self, step: str, seconds: float) -> None: ...


class Course:
    """
    The steps of one drill so far: *times* maps each to its seconds, in the order in which they began.

    *within* maps those that have a time limit to it, in seconds. *before* keeps what is found before it is changed.
    """

    def __init__(self, told: Told | None = None, before: FoundBefore | None = None) -> None:
        self.told: Told = told or Nobody()
        self.times: dict[str, float] = {}
        self.within: dict[str, float] = {}
        self.before = before or FoundBefore()

    @contextmanager
    def step(self, name: str, within: float | None = None) -> Iterator[None]:
        """Let a step begin and end, to be done *within* so many seconds; a step that is done again adds its seconds."""
        self.told.begin(name)
        if within is not None:
            self.within[name] = within
        began = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - began
            self.times[name] = self.times.get(name, 0.0) + took
            self.told.end(name, took)

    def went(self, done: int, total: int | None = None) -> None:
        """Tell how far the step of now is."""
        self.told.went(done, total)
