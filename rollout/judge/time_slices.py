"""Group records into slices of time by their own moments, whatever the intervals of their runs."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

ROUNDING = 1e-3  # slots lie on whole milliseconds
Seen = TypeVar("Seen")


def time_slices(seen: Sequence[Seen], at: Callable[[Seen], float], length_s: float) -> Iterator[list[Seen]]:
    """The records *seen*, in order, by slices of *length_s* seconds since the first; empty slices are left out."""
    for _, group in groupby(seen, key=lambda each: slice_of(at(each) - at(seen[0]), length_s)):
        yield list(group)


def slice_of(since_s: float, length_s: float) -> int:
    """The index of the slice *since_s* seconds after the first record."""
    return int(since_s / length_s + ROUNDING)
