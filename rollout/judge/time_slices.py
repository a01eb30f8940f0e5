"""Cut what was seen into slices of time, by the moments of the records themselves: no run's interval stands for another's."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

ROUNDING = 1e-3  # slots lie on whole milliseconds
Seen = TypeVar("Seen")


def time_slices(seen: Sequence[Seen], at: Callable[[Seen], float], length_s: float) -> Iterator[list[Seen]]:
    """
    What was *seen*, in order, by slices of *length_s* seconds since the first.

    What is further apart than a slice makes slices of its own; a slice in which nothing was seen is left out.
    """
    for _, group in groupby(seen, key=lambda each: slice_of(at(each) - at(seen[0]), length_s)):
        yield list(group)


def slice_of(since_s: float, length_s: float) -> int:
    """The place of the slice in which something lies that was seen so many seconds after the first."""
    return int(since_s / length_s + ROUNDING)
