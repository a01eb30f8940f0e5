"""Judge what the monitor sampled: levels by their peak, availability by its share."""

from collections.abc import Sequence
from math import ceil

from rollout.judge.burn import too_fast
from rollout.judge.certainty import certainty
from rollout.judge.digits import both_sides, telling
from rollout.judge.finding import Case, Finding
from rollout.judge.probed_time import HALVES, Answer, ProbedTime, by_run, interval, probed_time, shown_down
from rollout.judge.sample_round import SampleRound, in_step, levels
from rollout.judge.sampling import lastingly, seen
from rollout.judge.share_budget import ShareBudget, of_good
from rollout.judge.slots import journals
from rollout.judge.time_slices import time_slices
from rollout.judge.verdict import Verdict
from rollout.judge.watched_time import seen_between
from rollout.plan import Limit, Support
from rollout.statistics.e_values import EValues
from rollout.values import as_moment, as_number, as_text, numbered

SUSTAINED_S = 60.0
Level = tuple[SampleRound, float]  # a round with the level in it


@lastingly
def judge_gauge(case: Case, slots: list[SampleRound]) -> Finding:
    """The worst level decides: the lowest under an at-least limit, else the peak; a trigger needs 60 s in a row."""
    name, limit, trigger = case.criterion.measured.sampled, case.criterion.limit, case.criterion.trigger
    values = [(slot, number) for slot, number in zip(slots, levels(case, slots), strict=True) if number is not None]
    if not values or limit is None:
        return case.finding(
            Verdict.UNPROVEN, slots[-1].text(name), "no valid sample", n_unit="samples", evidence=journals(slots)
        )
    at_least = limit.at_least
    worst_slot, worst = (min if at_least else max)(values, key=lambda pair: pair[1])
    unit = case.criterion.measured.unit
    if trigger is not None and (inside := sustained(case, values, trigger)):
        return fired(case, inside, trigger)
    name_of_worst = "lowest" if at_least else "peak"
    verdict, why = (
        Verdict.MET if limit.holds(worst) else Verdict.BROKEN,
        f"{name_of_worst} of {numbered(len(values), 'sample', 'samples')}",
    )
    return case.finding(
        verdict,
        why,
        f"{name_of_worst} {telling(worst, limit, 3)} {unit} ({worst_slot.text(name)})",
        number=worst,
        n=len(values),
        n_unit="samples",
        margin=distance(worst, limit, unit),
        **seen(slots),
    )


def distance(worst: float, limit: Limit, unit: str) -> str:
    """How far a number is from its limit, in words."""
    if worst == limit.value:
        return "just at the limit"
    side = "below" if worst < limit.value else "above"
    return f"{as_number(abs(limit.value - worst), 3)} {unit} {side} the limit"


def sustained(case: Case, levels: Sequence[Level], trigger: Limit) -> list[Level]:
    """The first levels beyond the *trigger* through 60 s of watched time; empty if there are none."""
    inside: list[Level] = []
    for slot, number in levels:
        if not trigger.holds(number) or (inside and not seen_between(case, inside[-1][0], slot)):
            inside = []
        if trigger.holds(number):
            inside.append((slot, number))
        if inside and slot.due - inside[0][0].due >= SUSTAINED_S:
            return inside
    return []


def fired(case: Case, inside: Sequence[Level], trigger: Limit) -> Finding:
    """The finding about the levels in the window in which a trigger fired."""
    (first, _), (last, _) = inside[0], inside[-1]
    numbers, unit = [number for _, number in inside], case.criterion.measured.unit
    side, worst = ("below", min(numbers)) if trigger.op.startswith("<") else ("above", max(numbers))
    slot = next(slot for slot, number in inside if number == worst)
    when = f"{as_moment(last.due)}{in_step(last)}"
    name = f"{'lowest' if side == 'below' else 'peak'} {telling(worst, trigger, 3)} {unit}"
    return case.triggered(
        (f"{side} the trigger in all {len(inside)} samples of {as_text(round(last.due - first.due))} until {when}",),
        f"{name} ({slot.text(case.criterion.measured.sampled)})",
        (first.due, last.due),
        number=worst,
        n=len(inside),
        n_unit="samples",
        evidence=journals([slot for slot, _ in inside]),
    )


@lastingly
def judge_availability(case: Case, slots: list[SampleRound]) -> Finding:
    """Judge downtime against the limit, its burn rate, and, where support is required, the e-values."""
    probe, limit = case.criterion.measured.sampled, case.criterion.limit
    answers = answered(case, slots)
    n = len(answers)
    if limit is None or n == 0:
        return case.finding(Verdict.UNPROVEN, slots[-1].text(probe), "no valid probe", n_unit="probes")
    budget, time = of_good(limit), probed_time(case, answers)
    e_values = EValues(limit=float(budget.share)).bet(bad_shares(case, answers))
    proof = certainty(case, slots, float(budget.share), lambda since: bad_shares(case, answered(case, since)))
    verdict, why = Verdict.MET, counted(answers, time)
    if case.criterion.support is Support.REQUIRED and not proof.met:
        verdict, why = Verdict.UNPROVEN, f"{why}: too few to be sure of {limit}"
    if not budget.kept(*time):
        first = next(slot for slot, value in answers if value < 1)
        verdict, why = Verdict.BROKEN, f"{counted(answers, time)}; first: {first.text(probe)}"
    elif burns := too_fast(case, shown_down(answers), budget):
        verdict, why = Verdict.BROKEN, burns
    more = proof.slices_to_met()
    return case.finding(
        verdict,
        why,
        f"{available(budget, *time)} % available",
        number=(time.probed - time.down) * 100 / time.probed,
        n=n,
        n_unit="probes",
        bound=both_sides(proof.e_values, e_values, proof.alpha),
        margin=margin(ceil(budget.room(*time) / interval(case, answers[-1][0])), more),
        **seen(slots),
    )


def answered(case: Case, slots: list[SampleRound]) -> list[Answer]:
    """The rounds in which the probe has a number, with it."""
    probe = case.criterion.measured.sampled
    return [(slot, number) for slot in slots if (number := slot.numbers.get(probe)) is not None]


def counted(answers: Sequence[Answer], time: ProbedTime) -> str:
    """How many probes failed, and for how long where probes stand for unequal times, in words."""
    n, bad = len(answers), sum(value < 1 for _, value in answers)
    down, probed = (as_text(round(part / HALVES)) for part in time)
    lasted = "" if bad * time.probed == n * time.down else f", which stand for {down} of {probed}"
    return f"{bad} of {n} probes failed{lasted}"


def available(budget: ShareBudget, down: int, probed: int) -> str:
    """The share of good time in percent, with as many digits as it takes to see on which side of the limit it is."""
    digits = max(3, len(budget.percent(down, probed).partition(".")[2]))
    return f"{(probed - down) * 100 / probed:.{digits}f}"


def bad_shares(case: Case, answers: list[Answer]) -> list[float]:
    """
    The share of failed probes in each slice; of several monitors the largest share counts.

    A probe is a slice of its own, unless certainty is required over longer slices.
    """
    length = case.criterion.slice if case.criterion.support is Support.REQUIRED else None
    if length is None:
        return [float(value < 1) for _, value in answers]
    return [max(map(failed_share, by_run(each))) for each in time_slices(answers, lambda answer: answer[0].due, length)]


def failed_share(answers: Sequence[Answer]) -> float:
    """The share of probes that failed."""
    return sum(value < 1 for _, value in answers) / len(answers)


def margin(room: int, more: int | None) -> str:
    """How many failed probes would break it, and how many good ones would make it certain."""
    certain = f"; certain after {more} more good probes" if more else ""
    return f"{room} more failed {'probe' if room == 1 else 'probes'} would break it{certain}" if room > 0 else "broken"
