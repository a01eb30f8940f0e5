"""How certain it is that a budget is kept, over all that was watched of a release: a window slides, its e-values do not begin anew."""

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
        """How many more slices like those so far it needs, or None if it never comes."""
        return self.e_values.slices_to_met(alpha=self.alpha)


def certainty(
    case: Case, slots: list[SampleRound], limit: float, shares: Callable[[list[SampleRound]], list[float]]
) -> Certainty:
    """
    The first certainty that decides, else the nearest to it; *shares* gives the share of bad in each slice of some slots.

    The bet begins with the release, and once more after each whole window, with half the alpha of the time before.
    A bet for each newest window would be a new chance at each look, and one bet for ever could not get over an outage.
    """
    best = None
    for number, since in enumerate(beginnings(case, slots)):
        found = Certainty(EValues(limit).bet(shares(since)), ALPHA / 2**number)
        if best is None or found.surplus > best.surplus:
            best = found
        if found.met:
            break
    return best or Certainty(EValues(limit))


def beginnings(case: Case, slots: list[SampleRound]) -> Iterator[list[SampleRound]]:
    """
    What counts of all until the last of *slots*: since the release began to be watched, and since each whole window after it.

    What is stale or was cut short proves nothing: of that only what is bad counts.
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
