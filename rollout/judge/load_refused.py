"""What the rate limiter refused, by request name: a refusal says nothing about what was asked for."""

import numpy as np

from rollout.arrays import Counts, Floats
from rollout.evidence import Run
from rollout.evidence.records import LoadRefused
from rollout.evidence.row import FIXED


def refusals(run: Run) -> tuple[dict[str, Counts], str]:
    """
    Request name → how many of its requests the rate limiter refused in each second; and what is impossible, in words.

    More of a name than failed are impossible: there they excuse nothing.
    """
    every = run.seconds.sums()
    told: dict[str, Counts] = {}
    for record in run.of(LoadRefused):
        at = record.second - every.start
        for name, count in record.names.items() if 0 <= at < every.planned.size else ():
            told.setdefault(name, np.zeros_like(every.planned))[at] += count
    found = {name: np.where(counts <= failed_of(run, name), counts, 0) for name, counts in told.items()}
    odd = any((found[name] != counts).any() for name, counts in told.items())
    return found, "more refused requests of a name than failed" if odd else ""


def failed_of(run: Run, name: str) -> Floats:
    """How many requests of a name failed in each second."""
    failed: Floats = run.seconds.sums({name}).rows[:, FIXED.index("err")]
    return failed
