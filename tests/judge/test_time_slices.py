"""What was seen, cut into slices by its own moments."""

import pytest

from rollout.judge.time_slices import slice_of, time_slices


@pytest.mark.parametrize(
    ("since_s", "place"), [(0, 0), (29, 0), (29.9, 0), (29.9999, 1), (30, 1), (59, 1), (60, 2), (3600, 120)]
)
def test_a_moment_lies_in_the_slice_that_began_last(since_s: float, place: int) -> None:
    """
    Counted from the first; what is a rounding error before a slice belongs to it.
    """
    assert slice_of(since_s, 30) == place


def test_slices_begin_with_the_first_that_was_seen() -> None:
    """
    A slice in which nothing was seen is left out.
    """
    moments = [1007.0, 1017.0, 1036.9, 1037.0, 1100.0]
    assert list(time_slices(moments, float, 30)) == [[1007.0, 1017.0, 1036.9], [1037.0], [1100.0]]
    assert list(time_slices([], float, 30)) == []
