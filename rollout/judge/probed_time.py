"""Probed time and downtime of the service: counted in time, not in numbers of probes."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rollout.judge.finding import Case
from rollout.judge.sample_round import SampleRound
from rollout.judge.watched_time import LONGEST_S

HALVES = 2000  # half milliseconds of a second: moments and intervals lie on whole ones
Answer = tuple[SampleRound, float]
Times = npt.NDArray[np.int64]


class ProbedTime(NamedTuple):
    """How long the service was *probed*, and how long of that it was *down*, both in half milliseconds."""

    down: int
    probed: int


def probed_time(case: Case, answers: Sequence[Answer]) -> ProbedTime:
    """
    The probed time and the downtime of *answers*, which are at least one.

    A probe stands for one interval of its own run, half before and half after it. Time that several monitors probed
    counts once, and as down if a probe of one of them failed: neither more probes nor more monitors reduce an outage.
    """
    due = np.array([round(slot.due * HALVES) for slot, _ in answers], np.int64)
    half = np.array([interval(case, slot) for slot, _ in answers], np.int64) // 2
    failed = np.array([value < 1 for _, value in answers], bool)
    begins, ends = due - half, due + half
    return ProbedTime(int(added(begins[failed], ends[failed]).sum()), int(added(begins, ends).sum()))


def interval(case: Case, slot: SampleRound) -> int:
    """The time of one probe in half milliseconds: the interval of its run, at most what the plan permits."""
    longest = case.criterion.longest_interval or LONGEST_S
    return HALVES // 1000 * max(1, round(1000 * min(slot.interval_s, longest)))


def added(begins: Times, ends: Times) -> Times:
    """The length that each span adds to those that begin before it, in that order: overlaps count once."""
    order = np.argsort(begins, kind="stable")
    begins, ends = begins[order], np.maximum.accumulate(ends[order])
    covered = np.concatenate([begins[:1], ends[:-1]])
    fresh: Times = np.maximum(0, ends - np.maximum(begins, covered))
    return fresh


def shown_down(answers: Sequence[Answer]) -> list[tuple[float, float]]:
    """
    Moments with the seconds of downtime that ended there: between consecutive failed probes of one monitor or of all.

    A single failed probe has no length. The last moment is that of the last probe.
    """
    shown, until = [], float("-inf")
    for begin, end in sorted({span for some in (answers, *by_run(answers)) for span in failed_spans(some)}):
        if end > until:
            shown.append((end, end - max(begin, until)))
            until = end
    return [*shown, *((slot.due, 0.0) for slot, _ in answers[-1:])]


def by_run(answers: Iterable[Answer]) -> Iterable[list[Answer]]:
    """The answers of each monitor."""
    found: dict[Path, list[Answer]] = {}
    for slot, value in answers:
        found.setdefault(slot.run.path, []).append((slot, value))
    return found.values()


def failed_spans(answers: Sequence[Answer]) -> Iterable[tuple[float, float]]:
    """The time between two failed probes that follow each other."""
    for (earlier, before), (later, value) in pairwise(answers):
        if before < 1 and value < 1 and later.due - earlier.due <= 1.5 * later.interval_s:
            yield earlier.due, later.due
