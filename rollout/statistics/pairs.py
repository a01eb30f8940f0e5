"""Degradation side by side: of two answers from the same second, which one was slow."""

import numpy as np
import numpy.typing as npt

from rollout.statistics.capital import Floats

FACTOR = 1.5  # "> 50 %" slower


def slower_share(
    second: npt.ArrayLike,
    candidate_ms: npt.ArrayLike,
    baseline_ms: npt.ArrayLike,
    tau_ms: npt.ArrayLike,
    factor: float = FACTOR,
) -> Floats:
    """
    For each second with discordant pairs, the share of them in which the candidate was the slow one.

    A candidate is slow from *factor* × *tau_ms* on, a baseline from *tau_ms* on, where tau is the baseline's quantile
    as known before the pair. Bet the result against one half.
    """
    seconds = np.asarray(second, dtype=np.int64)
    tau = np.asarray(tau_ms, dtype=np.float64)
    slow_candidate = np.asarray(candidate_ms, dtype=np.float64) >= factor * tau
    slow_baseline = np.asarray(baseline_ms, dtype=np.float64) >= tau
    discordant = slow_candidate != slow_baseline
    _, where = np.unique(seconds[discordant], return_inverse=True)
    pairs = np.bincount(where)
    return np.bincount(where, weights=slow_candidate[discordant]) / np.maximum(pairs, 1)
