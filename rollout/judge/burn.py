"""Whether the budget of availability is being used up too fast, in words with its numbers."""

from collections.abc import Sequence

from rollout.judge.finding import Case
from rollout.judge.share_budget import ShareBudget
from rollout.judge.slots import window_of
from rollout.statistics.burn_rate import burning
from rollout.values import as_number, as_text


def too_fast(case: Case, down: Sequence[tuple[float, float]], budget: ShareBudget) -> str:
    """Which burn rate is exceeded now, empty if none; *down* are moments with the seconds of being down that ended there."""
    window_s = window_of(case)
    found = burning(down, float(budget.share), window_s) if window_s else None
    if found is None or window_s is None:
        return ""
    long, short = as_text(round(found.pair.long_s)), as_text(round(found.pair.short_s))
    return (
        f"burning {100 * found.used:.0f} % of the {as_text(window_s)} budget in {long}: {as_number(found.down_s)} of"
        f" {found.budget_s:.0f} s, {as_number(found.long, 3)}× over {long} and {as_number(found.short, 3)}× over {short}; more than"
        f" {as_number(found.factor, 3)}× is too fast"
    )
