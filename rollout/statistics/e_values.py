"""E-values of two bets: that a budget is kept, and that it is broken; the first one to reach 20 decides."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, log
from typing import Literal

import numpy as np
import numpy.typing as npt

from rollout.arrays import Floats

Certainty = Literal["met", "broken", "open"]

ALPHA = 0.05
BETS = 64
VOLUME = (np.arange(1, BETS + 1) - 0.5) / BETS
CHUNK = 4096  # slices bet at once: bounds memory at a few megabytes however long the evidence is
NEVER = 10**8  # more slices than any run has


@dataclass(frozen=True)
class EValues:
    """
    The e-values of both bets after some slices under a *limit* on the share of bad, 0 < limit < 1.

    `log_pass` and `log_fail` are the logarithms of the 64 fixed bets of each; storing them continues the e-values over
    reruns. The peak of the fail bet stays: further looks do not undo a certain break.
    """

    limit: float
    slices: int = 0
    bad: float = 0.0
    log_pass: tuple[float, ...] = (0.0,) * BETS
    log_fail: tuple[float, ...] = (0.0,) * BETS
    peak_pass: float = 0.0
    peak_fail: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.limit < 1:
            raise ValueError(f"limit must be a share between 0 and 1, got {self.limit!r}")

    def bet(self, shares: npt.ArrayLike) -> "EValues":
        """The e-values after more slices; *shares* are their shares of bad, in order of time."""
        y = checked(shares)
        e_values = self
        for start in range(0, y.size, CHUNK):
            e_values = e_values._bet_chunk(y[start : start + CHUNK])
        return e_values

    def _bet_chunk(self, y: Floats) -> "EValues":
        steps_pass, steps_fail = growth(y, self.limit)
        paths_pass = np.cumsum(steps_pass, axis=0) + np.asarray(self.log_pass)
        paths_fail = np.cumsum(steps_fail, axis=0) + np.asarray(self.log_fail)
        return replace(
            self,
            slices=self.slices + y.size,
            bad=self.bad + float(y.sum()),
            log_pass=tuple(paths_pass[-1].tolist()),
            log_fail=tuple(paths_fail[-1].tolist()),
            peak_pass=max(self.peak_pass, float(log_mean(paths_pass).max())),
            peak_fail=max(self.peak_fail, float(log_mean(paths_fail).max())),
        )

    @cached_property
    def log_e_pass(self) -> float:
        """Logarithm of the e-value of the pass bet, which starts at 1."""
        return float(log_mean(np.asarray(self.log_pass)))

    @cached_property
    def log_e_fail(self) -> float:
        """Logarithm of the e-value of the fail bet, which starts at 1."""
        return float(log_mean(np.asarray(self.log_fail)))

    @property
    def e_pass(self) -> float:
        """The e-value of the pass bet, capped where a float ends."""
        return exp(min(self.log_e_pass, 700))

    @property
    def e_fail(self) -> float:
        """The e-value of the fail bet, capped where a float ends."""
        return exp(min(self.log_e_fail, 700))

    @property
    def mean(self) -> float:
        """The mean share of bad so far; 0 before the first slice."""
        return self.bad / self.slices if self.slices else 0.0

    def decision(self, alpha: float = ALPHA) -> Certainty:
        """
        `broken` once the fail bet ever reached 1/alpha, `met` while the pass bet is there, else `open`.

        `met` needs its e-value now, while `broken` stays and has precedence.
        """
        needed = log(1 / alpha)
        if self.peak_fail >= needed:
            return "broken"
        return "met" if self.log_e_pass >= needed else "open"

    def slices_to_met(self, mean: float | None = None, alpha: float = ALPHA) -> int | None:
        """
        How many more slices `met` needs if they are as bad as *mean* (as those so far); None if no number is enough.
        """
        steps, _ = growth(np.array([self.mean if mean is None else mean]), self.limit)
        held, needed = np.asarray(self.log_pass), log(1 / alpha)

        def enough(more: int) -> bool:
            return float(log_mean(held + more * steps[0])) >= needed

        if enough(0):
            return 0
        if not enough(NEVER):
            return None
        few, many = 0, NEVER  # a mixture of exponentials is convex: from below, it crosses once
        while many - few > 1:
            middle = (few + many) // 2
            few, many = (few, middle) if enough(middle) else (middle, many)
        return many


def checked(shares: npt.ArrayLike) -> Floats:
    """The *shares* as floats; ValueError unless each lies between 0 and 1, which also refuses NaN."""
    y = np.atleast_1d(np.asarray(shares, dtype=np.float64))
    wrong = y[~((y >= 0) & (y <= 1))]
    if wrong.size:
        raise ValueError(f"a share of bad must lie between 0 and 1, got {float(wrong[0])!r}")
    return y


def growth(y: Floats, limit: float) -> tuple[Floats, Floats]:
    """
    Logarithms of the factor of each slice for each of the 64 bets, shape (slices, 64): of the pass and the fail bet.
    """
    distinct, where = np.unique(y, return_inverse=True)
    edge = (distinct - limit)[:, None]
    grow_pass = np.log1p(-(1 - VOLUME**2) / (1 - limit) * edge)
    grow_fail = np.log1p(VOLUME**4 / limit * edge)
    return grow_pass[where], grow_fail[where]


def log_mean(paths: Floats) -> Floats:
    """Logarithm of the mean of exponentials over the last axis, without overflow."""
    top = paths.max(axis=-1, keepdims=True)
    mean: Floats = np.log(np.exp(paths - top).mean(axis=-1)) + top[..., 0]
    return mean


def supported_limit(shares: npt.ArrayLike, alpha: float = ALPHA) -> float:
    """The smallest limit that *shares* prove kept, as a share; 1.0 if they prove nothing."""
    distinct, counts = np.unique(checked(shares), return_counts=True)
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        steps, _ = growth(distinct, middle)
        proven = float(log_mean(counts @ steps)) >= log(1 / alpha) if counts.size else False
        low, high = (low, middle) if proven else (middle, high)
    return high
