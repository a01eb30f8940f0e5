"""
Certainty that a budget is kept, from all rounds of a release: the monitoring window slides, the e-values accumulate.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log

from rollout.judge.finding import Case
from rollout.judge.same_moment import is_bad
from rollout.judge.sample_round import SampleRound
from rollout.judge.slots import slots_of, window_of
from rollout.judge.watched_time import begins_anew, seen_between
from rollout.statistics.e_values import ALPHA, EValues


@dataclass(frozen=True)
class Certainty:
    """The *e_values* of the bets that a budget is kept, and the *alpha* that is left for it: 1/alpha decides."""

    e_values: EValues
    alpha: float = ALPHA

    @property
    def met(self) -> bool:
        """Whether the bet on a kept budget has won; that on a broken one is judged elsewhere."""
        return self.surplus >= 0

    @property
    def surplus(self) -> float:
        """Logarithm of the e-value above what decides."""
        return self.e_values.log_e_pass + log(self.alpha)

    def slices_to_met(self) -> int | None:
        """How many more slices like those so far are needed until `met`; None if no number is enough."""
        return self.e_values.slices_to_met(alpha=self.alpha)


def certainty(
    case: Case, slots: list[SampleRound], limit: float, shares: Callable[[list[SampleRound]], list[float]]
) -> Certainty:
    """
    The first certainty that decides, else the nearest to it; *shares* gives the share of bad in each slice of slots.

    A bet begins with the release and again after each whole window: the first with half of alpha, each further one with
    half of that of the bet before, so that all of them together have alpha. A new bet at every look would raise the error rate. A single bet without end could not recover from an outage.
    """
    best = None
    for number, since in enumerate(beginnings(case, slots)):
        found = Certainty(EValues(limit).bet(shares(since)), ALPHA / 2 ** (number + 1))
        if best is None or found.surplus > best.surplus:
            best = found
        if found.met:
            break
    return best or Certainty(EValues(limit), ALPHA / 2)


def beginnings(case: Case, slots: list[SampleRound]) -> Iterator[list[SampleRound]]:
    """
    The slots of each bet, up to the last of *slots*: all since the release was watched, then those since each window.

    Slots that are stale or belong to a run cut short prove nothing: only the bad ones among them are kept.
    """
    window = window_of(case)
    if window is None or not slots:
        yield slots
        return
    seen = since_reset([slot for slot in slots_of(case) if slot.due <= slots[-1].due])
    first = slots[0].due
    every = [
        slot for slot in seen if slot.due >= first or (slot.whole and case.is_fresh(slot.due)) or is_bad(case, slot)
    ]
    yield every
    watched_s, before, number = 0.0, None, 1
    for position, slot in enumerate(every):
        if not slot.counts:
            continue
        watched_s += seen_between(case, before, slot) if before else 0.0
        before = slot
        if watched_s >= number * window:
            number += 1
            yield every[position:]


def since_reset(slots: list[SampleRound]) -> list[SampleRound]:
    """The slots after another release answered last."""
    last = max((at for at in range(1, len(slots)) if begins_anew(slots[at - 1], slots[at])), default=0)
    return slots[last:]
