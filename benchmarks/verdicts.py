"""Simulate false GO and false NO-GO at and around the limits, and the time until a sound verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from reports.charts.lines import lines
from rollout.arrays import Floats
from rollout.statistics.e_values import ALPHA, growth, log_mean

RATIOS = (0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 2.0)
PER_SLICE = 20
RUNS = 400
LONG, LONG_RUNS = 1000, 100
LOOKS = 20
RATIO = "true share of bad, as a multiple of the limit"


@dataclass(frozen=True)
class VerdictShare:
    """The percentage of runs with each verdict at one true share of bad requests; *met_at* and *broken_at* in slices."""

    ratio: float
    met: float
    broken: float
    naive_met: float
    peeking_met: float
    met_at: float | None
    broken_at: float | None


def simulated(limit: float, ratio: float, slices: int, runs: int = RUNS) -> VerdictShare:
    """Simulate runs of a service whose true share of bad requests is *ratio* times the limit."""
    rng = np.random.default_rng(round(1000 * ratio) + slices)
    met_at: list[int] = []
    broken_at: list[int] = []
    naive = peeking = 0
    for _ in range(runs):
        y = rng.binomial(PER_SLICE, min(1.0, limit * ratio), slices) / PER_SLICE
        kept, broken = first_certain(y, limit)
        if broken is not None:
            broken_at.append(broken)
        elif kept is not None:
            met_at.append(kept)
        share = np.cumsum(y) / np.arange(1, slices + 1)
        naive += bool(share[-1] < limit)
        peeking += bool((share[:: max(1, slices // LOOKS)] < limit).any())
    return VerdictShare(
        ratio,
        100 * len(met_at) / runs,
        100 * len(broken_at) / runs,
        100 * naive / runs,
        100 * peeking / runs,
        median(met_at) if met_at else None,
        median(broken_at) if broken_at else None,
    )


def first_certain(y: npt.NDArray[np.float64], limit: float) -> tuple[int | None, int | None]:
    """The number of slices after which each bet (kept, broken) first reaches 1 / ALPHA; None if it never does."""
    needed = log(1 / ALPHA)
    paths: list[Floats] = [log_mean(np.cumsum(steps, axis=0)) for steps in growth(y, limit)]
    hits = [np.flatnonzero(path >= needed) for path in paths]
    kept, broken = (int(found[0]) + 1 if found.size else None for found in hits)
    return kept, broken


def curve(limit: float, slices: int, ratios: Sequence[float] = RATIOS) -> list[VerdictShare]:
    """The results for all true shares around one limit."""
    runs = RUNS if slices < LONG else LONG_RUNS
    return [simulated(limit, ratio, slices, runs) for ratio in ratios]


def operating(limit: float, found: Sequence[VerdictShare], slices: int) -> str:
    """The percentage of each verdict over the true share of bad requests, as an SVG file."""
    return lines(
        f"Verdicts after {slices} slices of {PER_SLICE} requests, limit {100 * limit:g} %",
        (RATIO, "% of runs"),
        {
            "certainly kept (MET)": [(each.ratio, each.met) for each in found],
            "certainly broken": [(each.ratio, each.broken) for each in found],
            "a plain threshold at the end": [(each.ratio, each.naive_met) for each in found],
            "a plain threshold, stopping at the first good look": [(each.ratio, each.peeking_met) for each in found],
        },
        (100 * ALPHA, "5 %: what a wrong certainty may have"),
    )


def duration(limit: float, found: Sequence[VerdictShare]) -> str:
    """The median number of slices until certainty, as an SVG file."""
    return lines(
        f"Slices until certainty, limit {100 * limit:g} % (median of runs that got there)",
        (RATIO, "slices"),
        {
            "kept": [(each.ratio, each.met_at) for each in found if each.met_at is not None and each.met > 50],
            "broken": [(each.ratio, each.broken_at) for each in found if each.broken_at and each.broken > 50],
        },
    )


def draw(folder: Path) -> dict[str, list[VerdictShare]]:
    """Simulate both limits and write the plots of docs/statistics.md."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[VerdictShare]] = {}
    for limit, slices in ((0.05, 480), (0.01, 480), (0.05, 4000)):
        name = f"{100 * limit:g}-percent-{slices}"
        found[name] = curve(limit, slices)
        (folder / f"verdicts-{name}.svg").write_text(operating(limit, found[name], slices), encoding="utf-8")
    (folder / "slices-until-certain.svg").write_text(duration(0.05, found["5-percent-4000"]), encoding="utf-8")
    return found
