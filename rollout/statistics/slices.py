"""From exact counters per second to the share of bad in each slice of time."""

import numpy as np
import numpy.typing as npt

from rollout.arrays import Counts, Floats

LEAST_SLICE_S = 15  # five times a stall of 3 s: on shorter slices neither bet keeps its error rate, docs/statistics.md


def bad_shares(bad: npt.ArrayLike, total: npt.ArrayLike, due: npt.ArrayLike, slice_s: int = 1) -> Floats:
    """
    The share of bad of every slice of *slice_s* seconds, from counters of consecutive seconds.

    A slice in which something was due but nothing was counted is all bad; one in which nothing was due is left out. A
    shorter slice at the end counts too, so that no bad second is lost. ValueError where more requests are bad than
    counted.
    """
    bads, totals, dues = (per_slice(counts, slice_s) for counts in (bad, total, due))
    if (bads > totals).any() or (bads < 0).any():
        raise ValueError("more bad requests than requests in a slice: the counters do not fit together")
    seen = (totals > 0) | (dues > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(totals > 0, bads / totals, 1.0)
    return shares[seen]


def per_slice(counts: npt.ArrayLike, slice_s: int) -> Counts:
    """Counters of *slice_s* seconds each from counters of one second each."""
    if slice_s < 1:
        raise ValueError(f"a slice takes at least one second, got {slice_s!r}")
    seconds = np.asarray(counts, dtype=np.int64)
    padded = np.pad(seconds, (0, -seconds.size % slice_s))
    sums: Counts = padded.reshape(-1, slice_s).sum(axis=1)
    return sums
