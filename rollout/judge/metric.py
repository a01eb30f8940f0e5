"""Judge what the monitor sampled: levels by their peak, availability by its share."""

from rollout.judge.burn import shown_down, too_fast
from rollout.judge.digits import telling
from rollout.judge.finding import Case, Finding
from rollout.judge.sample_round import SampleRound, levels
from rollout.judge.sampling import lastingly, seen
from rollout.judge.share_budget import ShareBudget, of_good
from rollout.judge.slots import journals
from rollout.judge.time_slices import time_slices
from rollout.judge.verdict import Verdict
from rollout.judge.watched_time import seen_between
from rollout.plan import Support
from rollout.statistics.capital import Capital

SUSTAINED_S = 60.0


@lastingly
def judge_gauge(case: Case, slots: list[SampleRound]) -> Finding:
    """The peak decides; a trigger needs 60 s in a row."""
    name, limit, trigger = case.criterion.measured.sampled, case.criterion.limit, case.criterion.trigger
    values = [(slot, number) for slot, number in zip(slots, levels(case, slots), strict=True) if number is not None]
    if not values or limit is None:
        return case.finding(
            case.missing(), slots[-1].text(name), "no valid sample", n_unit="samples", evidence=journals(slots)
        )
    peak_slot, peak = max(values, key=lambda pair: pair[1])
    sustained = trigger is not None and lasts(case, [(slot, trigger.holds(number)) for slot, number in values])
    verdict, why = Verdict.MET if limit.holds(peak) else Verdict.BROKEN, f"peak of {len(values)} samples"
    if sustained:
        verdict, why = Verdict.TRIGGERED, f"above the trigger for {SUSTAINED_S:g} s"
    unit = case.criterion.measured.unit
    return case.finding(
        verdict,
        why,
        f"peak {telling(peak, limit, 3)} {unit} ({peak_slot.text(name)})",
        number=peak,
        n=len(values),
        n_unit="samples",
        margin=f"{abs(limit.value - peak):.3g} {unit} {'below' if peak < limit.value else 'above'} the limit",
        **seen(slots),
    )


def lasts(case: Case, points: list[tuple[SampleRound, bool]]) -> bool:
    """Whether the flag holds through 60 s of watched time."""
    since = before = points[0][0]
    held = False
    for slot, flag in points:
        if not held or not seen_between(case, before, slot):
            since = slot
        held, before = flag, slot
        if held and slot.due - since.due >= SUSTAINED_S:
            return True
    return False


@lastingly
def judge_availability(case: Case, slots: list[SampleRound]) -> Finding:
    """Exact counts against the limit, how fast they use it up, and the capital of the bettors where support is required."""
    probe, limit = case.criterion.measured.sampled, case.criterion.limit
    answers = [(slot, number) for slot in slots if (number := slot.value(probe)) is not None]
    n, bad = len(answers), sum(number < 1 for _, number in answers)
    if limit is None or n == 0:
        return case.finding(case.missing(), slots[-1].text(probe), "no valid probe", n_unit="probes")
    budget = of_good(limit)
    capital = Capital(limit=float(budget.share)).bet(bad_shares(case, answers))
    supported = capital.e_pass >= 20
    verdict, why = Verdict.MET, f"{bad} of {n} probes failed"
    if case.criterion.support is Support.REQUIRED and not supported:
        verdict, why = case.missing(), f"{why}: too few to be sure of {limit}"
    if not budget.kept(bad, n):
        first = next(slot for slot, value in answers if value < 1)
        verdict, why = Verdict.BROKEN, f"{bad} of {n} probes failed; first: {first.text(probe)}"
    elif burns := too_fast(case, shown_down(answers), budget):
        verdict, why = Verdict.BROKEN, burns
    more = capital.slices_to_met()
    return case.finding(
        verdict,
        why,
        f"{available(budget, bad, n)} % available",
        number=(n - bad) * 100 / n,
        n=n,
        n_unit="probes",
        bound=f"capital for keeping it {capital.e_pass:.3g}, for breaking it {capital.e_fail:.3g} (20 decides)",
        margin=margin(budget.room(bad, n), more),
        **seen(slots),
    )


def available(budget: ShareBudget, bad: int, n: int) -> str:
    """The share of good probes in percent, with as many digits as it takes to see on which side of the limit it is."""
    digits = max(3, len(budget.percent(bad, n).partition(".")[2]))
    return f"{(n - bad) * 100 / n:.{digits}f}"


def bad_shares(case: Case, answers: list[tuple[SampleRound, float]]) -> list[float]:
    """The share of failed probes in each slice; a probe is its own, unless certainty is required over longer slices."""
    length = case.criterion.slice if case.criterion.support is Support.REQUIRED else None
    if length is None:
        return [float(value < 1) for _, value in answers]
    return [
        sum(value < 1 for _, value in some) / len(some)
        for some in time_slices(answers, lambda each: each[0].due, length)
    ]


def margin(room: int, more: int | None) -> str:
    """How many failed probes would break it, and how many good ones would make it certain."""
    certain = f"; certain after {more} more good probes" if more else ""
    return f"{room} more failed {'probe' if room == 1 else 'probes'} would break it{certain}" if room > 0 else "broken"
