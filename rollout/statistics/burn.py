"""Burn rates of an availability objective: a long window shows that it matters, a short one that it still goes on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

OBJECTIVE_WINDOWS = ((3600, 300, 14.4), (21600, 1800, 6.0), (259200, 21600, 1.0))  # long, short in s, times the budget


@dataclass(frozen=True)
class Burn:
    """How fast the error budget burnt in a pair of windows; None where a window holds no samples."""

    long_s: int
    short_s: int
    threshold: float
    long_rate: float | None
    short_rate: float | None

    @property
    def fires(self) -> bool:
        """Whether both windows burn faster than the threshold; a window without samples says nothing."""
        rates = (self.long_rate, self.short_rate)
        return all(rate is not None and rate >= self.threshold for rate in rates)


def burn_rates(
    t: npt.ArrayLike, bad: npt.ArrayLike, total: npt.ArrayLike, *, now: float, objective: float = 0.999
) -> tuple[Burn, ...]:
    """The burn of each pair of windows that end at *now*, for an *objective* such as 0.999 answered."""
    times, bads, totals = (np.asarray(values, dtype=np.float64) for values in (t, bad, total))
    if not 0 < objective < 1:
        raise ValueError(f"objective must be a share between 0 and 1, got {objective!r}")

    def rate(window_s: int) -> float | None:
        inside = (times > now - window_s) & (times <= now)
        seen = float(totals[inside].sum())
        return float(bads[inside].sum()) / seen / (1 - objective) if seen else None

    return tuple(
        Burn(long_s, short_s, times_budget, rate(long_s), rate(short_s))
        for long_s, short_s, times_budget in OBJECTIVE_WINDOWS
    )
