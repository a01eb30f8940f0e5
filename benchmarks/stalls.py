"""Simulate how often the judge's bets give a false GO to a service at its limit whose failures come in stalls."""

from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt

from reports.charts.lines import lines
from rollout.arrays import Floats
from rollout.statistics.e_values import ALPHA, BETS, growth

STALLS_S = (1, 3, 5)
SLICES_S = (1, 2, 5, 10, 15, 30)
LIMITS = (0.05, 0.01, 0.001)
RUNS, BATCH, LOOKS = 1000, 100, 1440  # a batch of runs fits into memory
LONG_LOOKS = 5760  # 48 h of 30 s: what 0.1 % needs
WINDOWS_H, WINDOW_RUNS, WINDOW_BATCH = (48, 168), 400, 50  # the windows of the plan
Numbers = npt.NDArray[np.int64]


def bad_seconds(limit: float, stall_s: int, slice_s: int, slices: int, runs: int, seed: int = 0) -> Numbers:
    """Bad seconds per slice and run, with the true share *limit*: stalls of *stall_s* seconds begin at random and may overlap."""
    rng = np.random.default_rng([seed, stall_s, slice_s])
    begins = rng.random((runs, slices * slice_s + stall_s), dtype=np.float32) < 1 - (1 - limit) ** (1 / stall_s)
    bad = np.lib.stride_tricks.sliding_window_view(begins, stall_s, axis=1)[:, 1:].any(axis=2)
    counts: Numbers = bad.reshape(runs, slices, slice_s).sum(axis=2)
    return counts


def ever_met(bad: Numbers, limit: float, slice_s: int, alpha: float = ALPHA) -> npt.NDArray[np.bool_]:
    """For each run: whether the bet that the budget is kept reaches 1 / *alpha* after any slice."""
    won: npt.NDArray[np.bool_] = highest(bad, limit, slice_s) >= log(1 / alpha)
    return won


def highest(bad: Numbers, limit: float, slice_s: int) -> Floats:
    """For each run: the logarithm of the highest e-value, after any slice, that the budget is kept."""
    table, _ = growth(np.arange(slice_s + 1) / slice_s, limit)
    total: Floats = np.full(bad.shape, -np.inf)
    for bet in range(BETS):
        total = np.logaddexp(total, np.cumsum(table[bad, bet], axis=1))
    peaks: Floats = total.max(axis=1) - log(BETS)
    return peaks


def false_go(limit: float, stall_s: int, slice_s: int, runs: int = RUNS, looks: int | None = None) -> float:
    """The share of runs at exactly the *limit* that are certainly kept after any of their slices."""
    slices = looks or (LONG_LOOKS if limit < 0.01 else LOOKS)
    batches = [bad_seconds(limit, stall_s, slice_s, slices, BATCH, seed) for seed in range(runs // BATCH)]
    return float(np.mean([ever_met(bad, limit, slice_s) for bad in batches]))


def over_a_window(limit: float, slice_s: int, hours: int, runs: int = WINDOW_RUNS) -> tuple[float, ...]:
    """The share of runs of some *hours*, at exactly the *limit* in stalls of 5 s, that are certain: by bets that need 20, and 40."""
    slices = hours * 3600 // slice_s
    seeds = range(1, 1 + runs, WINDOW_BATCH)
    batches = (bad_seconds(limit, STALLS_S[-1], slice_s, slices, WINDOW_BATCH, seed) for seed in seeds)
    peaks = np.concatenate([highest(bad, limit, slice_s) for bad in batches])
    return tuple(float((peaks >= log(1 / alpha)).mean()) for alpha in (ALPHA, ALPHA / 2))


def windows_table() -> str:
    """Limit × slice × window as Markdown."""
    rows = ["| limit | slice | window | needs 20 | needs 40 |", "|--:|--:|--:|--:|--:|"]
    for limit in LIMITS[:2]:
        for width in (15, 30):
            for hours in WINDOWS_H:
                cells = " | ".join(f"{100 * found:.1f} %" for found in over_a_window(limit, width, hours))
                rows.append(f"| {100 * limit:g} % | {width} s | {hours} h | {cells} |")
    return "\n".join(rows)


def curves(limit: float, slices_s: Sequence[int] = SLICES_S, runs: int = RUNS) -> dict[str, list[tuple[float, float]]]:
    """False GO in percent over the length of a slice, for each length of stalls."""
    return {
        f"stalls of {stall} s": [(width, 100 * false_go(limit, stall, width, runs)) for width in slices_s]
        for stall in STALLS_S
    }


def picture(limit: float, found: dict[str, list[tuple[float, float]]]) -> str:
    """The curves as an SVG file."""
    return lines(
        f"False GO at a true {100 * limit:g} %, limit {100 * limit:g} %, {LOOKS} looks",
        ("seconds in a slice", "% of runs"),
        found,
        (100 * ALPHA, "5 %: what a wrong certainty may have"),
        log_x=True,
    )


def table(found: dict[tuple[float, int, int], float]) -> str:
    """Limit × slice × stall as Markdown."""
    rows = ["| limit | slice | stalls of 1 s | 3 s | 5 s |", "|--:|--:|--:|--:|--:|"]
    for limit, width in dict.fromkeys((limit, width) for limit, width, _ in found):
        cells = " | ".join(f"{100 * found[limit, width, stall]:.1f} %" for stall in STALLS_S)
        rows.append(f"| {100 * limit:g} % | {width} s | {cells} |")
    return "\n".join(rows)
