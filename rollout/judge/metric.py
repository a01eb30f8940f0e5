"""Judge what the monitor sampled: levels by their peak, availability by its share, windows by their coverage."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from itertools import pairwise
from typing import Any

from rollout.judge.finding import Case, Finding
from rollout.judge.share_budget import ShareBudget, of_good
from rollout.judge.slots import WATCH, SampleRound, journals, latest_window, slots_of, window_of
from rollout.judge.verdict import Verdict
from rollout.plan import Support
from rollout.sources.registry import metric
from rollout.statistics.capital import Capital
from rollout.statistics.slices import bad_shares
from rollout.values import as_text

ERRORS_IN_A_ROW = 4
ERRORS_SHARE = 0.05
SUSTAINED_S = 60.0
ACCEPTED_SHARE = 0.99
LONGEST_GAP_SHARE = 15 / (48 * 60)  # 15 minutes of 48 hours; a shorter window allows a shorter gap
LONGEST_GAP_S = 900.0


def over_slots(judge: Callable[[Case, list[SampleRound]], Finding]) -> Callable[[Case], Finding]:
    """A judge of the fresh slots of the newest window; without any, nobody watched."""

    @wraps(judge)
    def judged(case: Case) -> Finding:
        return of_window(judge, case, fresh_window(case, slots_of(case)))

    return judged


def lastingly(judge: Callable[[Case, list[SampleRound]], Finding]) -> Callable[[Case], Finding]:
    """
    A judge of the newest window that forgets no break before it.

    A trigger stands for the release. What was only broken stands until a newer window was watched whole and keeps it.
    """

    @wraps(judge)
    def judged(case: Case) -> Finding:
        every = slots_of(case)
        recent = fresh_window(case, every)
        found, known = of_window(judge, case, recent), {slot.due for slot in recent}
        earlier = [slot for slot in every if slot.due not in known]
        if not earlier:
            return found
        on_time = replace(case, past_deadline=False)
        worst = max((judge(on_time, slots) for slots in (every, earlier)), key=lambda each: each.verdict)
        stands = worst.verdict is Verdict.TRIGGERED or not renewed(case, found, recent)
        return worst if worst.verdict > max(found.verdict, Verdict.UNPROVEN) and stands else found

    return judged


def of_window(judge: Callable[[Case, list[SampleRound]], Finding], case: Case, slots: list[SampleRound]) -> Finding:
    """What *judge* finds in the slots of a window; without any, nobody watched."""
    return (
        judge(case, slots) if slots else case.finding(case.missing(), "nobody watched", "no sample", n_unit="samples")
    )


def fresh_window(case: Case, every: list[SampleRound]) -> list[SampleRound]:
    """The slots of the newest window that are young enough to prove something."""
    fresh = case.fresh(WATCH)
    return latest_window(case, every if len(fresh) == len(case.by(WATCH)) else slots_of(case, fresh))


def renewed(case: Case, found: Finding, slots: list[SampleRound]) -> bool:
    """Whether the newest window was watched whole, with enough samples, and keeps the limit."""
    wanted = window_of(case) or 0.0
    enough = found.verdict is Verdict.MET and found.n >= case.criterion.least
    return enough and watched([slot for slot in slots if slot.whole]) + slots[-1].interval_s / 2 >= wanted


def watched(slots: list[SampleRound]) -> float:
    """The seconds that were watched: from slot to slot where none is left out, and the last one's interval."""
    steps = ((later.due - earlier.due, earlier.interval_s) for earlier, later in pairwise(slots))
    return sum(step for step, interval in steps if step <= 1.5 * interval) + (slots[-1].interval_s if slots else 0)


@lastingly
def judge_gauge(case: Case, slots: list[SampleRound]) -> Finding:
    """The peak decides; a trigger needs 60 s in a row; a probe that errs too often proves nothing."""
    name, limit, trigger = case.criterion.measured.sampled, case.criterion.limit, case.criterion.trigger
    values = [(slot, number) for slot, number in zip(slots, levels(case, slots), strict=True) if number is not None]
    if not values or limit is None:
        return case.finding(
            case.missing(), slots[-1].text(name), "no valid sample", n_unit="samples", evidence=journals(slots)
        )
    peak_slot, peak = max(values, key=lambda pair: pair[1])
    sustained = trigger is not None and lasts([(slot.due, trigger.holds(number)) for slot, number in values])
    sick = ill(case, slots)
    torn = not all(slot.whole for slot, _ in values)
    verdict, why = Verdict.MET, f"peak of {len(values)} samples"
    if sick or torn:
        verdict, why = case.missing(), sick or "the monitor was cut short"
    if not limit.holds(peak):
        verdict, why = Verdict.BROKEN, f"peak of {len(values)} samples"
    if sustained:
        verdict, why = Verdict.TRIGGERED, f"above the trigger for {SUSTAINED_S:g} s"
    unit = case.criterion.measured.unit
    return case.finding(
        verdict,
        why,
        f"peak {peak:.3g} {unit} ({peak_slot.text(name)})",
        number=peak,
        n=len(values),
        n_unit="samples",
        margin=f"{abs(limit.value - peak):.3g} {unit} {'below' if peak < limit.value else 'above'} the limit",
        **seen(slots),
    )


def levels(case: Case, slots: list[SampleRound]) -> list[float | None]:
    """The level in each slot; an absent value is zero only where the plan says so and somebody was there to count."""
    criterion = case.criterion
    name = criterion.measured.sampled
    numbers = [slot.value(name) for slot in slots]
    if not criterion.zero_is_valid or criterion.liveness is None:
        return numbers
    liveness = metric(criterion.liveness).sampled
    alive = [(slot.value(liveness) or 0) > 0 for slot in slots]
    return [number if there else number or None for number, there in zip(numbers, alive, strict=True)]


def ill(case: Case, slots: list[SampleRound]) -> str:
    """Why the probe itself cannot be trusted; empty if it can."""
    name = case.criterion.measured.sampled
    missed = [number is None for number in levels(case, slots)]
    run = longest_run(missed)
    last = next((slot.text(name) for slot, gone in zip(reversed(slots), reversed(missed), strict=True) if gone), "")
    if run > ERRORS_IN_A_ROW:
        return f"{run} samples in a row are missing: {last}"
    if sum(missed) > ERRORS_SHARE * len(missed):
        return f"{sum(missed)} of {len(missed)} samples are missing: {last}"
    return ""


def longest_run(flags: list[bool]) -> int:
    """The length of the longest run of True."""
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest


def lasts(points: list[tuple[float, bool]]) -> bool:
    """Whether the flag holds through samples that span at least 60 s."""
    since: float | None = None
    for at, flag in points:
        since = (since if since is not None else at) if flag else None
        if since is not None and at - since >= SUSTAINED_S:
            return True
    return False


@lastingly
def judge_availability(case: Case, slots: list[SampleRound]) -> Finding:
    """Exact counts against the limit, and the capital of the two bettors where support is required."""
    probe, limit = case.criterion.measured.sampled, case.criterion.limit
    answers = [(slot, number) for slot in slots if (number := slot.value(probe)) is not None]
    n, bad = len(answers), sum(number < 1 for _, number in answers)
    if limit is None or n == 0:
        return case.finding(case.missing(), slots[-1].text(probe), "no valid probe", n_unit="probes")
    budget = of_good(limit)
    capital = Capital(limit=float(budget.share)).bet(
        bad_shares([int(v < 1) for _, v in answers], [1] * n, [1] * n, width(case, slots))
    )
    supported = capital.e_pass >= 20
    torn = "" if all(slot.whole for slot, _ in answers) else "the monitor was cut short"
    odd = ill(case, slots) or torn
    verdict, why = Verdict.MET, f"{bad} of {n} probes failed"
    if odd or (case.criterion.support is Support.REQUIRED and not supported):
        verdict = case.missing()
        why = odd or f"{bad} of {n} probes failed: too few to be sure of {limit}"
    if not budget.kept(bad, n):
        first = next(slot for slot, value in answers if value < 1)
        verdict, why = Verdict.BROKEN, f"{bad} of {n} probes failed; first: {first.text(probe)}"
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


def width(case: Case, slots: list[SampleRound]) -> int:
    """How many probes make a slice: one, unless certainty is required over longer slices than the interval."""
    if case.criterion.support is not Support.REQUIRED or case.criterion.slice is None:
        return 1
    return max(1, round(case.criterion.slice / slots[-1].interval_s))


def margin(room: int, more: int | None) -> str:
    """How many failed probes would break it, and how many good ones would make it certain."""
    certain = f"; certain after {more} more good probes" if more else ""
    return f"{room} more failed {'probe' if room == 1 else 'probes'} would break it{certain}" if room > 0 else "broken"


@over_slots
def judge_coverage(case: Case, slots: list[SampleRound]) -> Finding:
    """Time watched without a gap; a gap is not counted and so extends the window."""
    wanted = window_of(case) or 0.0
    gap_limit = min(LONGEST_GAP_S, max(wanted * LONGEST_GAP_SHARE, 3 * slots[-1].interval_s))
    good = [slot for slot in slots if slot.accepted and slot.whole]
    covered = watched(good)
    longest = max((later.due - earlier.due for earlier, later in pairwise(good)), default=0.0)
    expected = round((good[-1].due - good[0].due) / good[-1].interval_s) + 1 if good else 0
    verdict, why = Verdict.MET, f"{len(good)} of {expected} slots, longest gap {longest:.0f} s"
    if covered + slots[-1].interval_s / 2 < wanted:
        verdict, why = case.missing(), f"{as_text(round(wanted - covered))} more to watch"
    elif longest > gap_limit or len(good) < ACCEPTED_SHARE * expected:
        verdict, why = (
            case.missing(),
            f"{len(good)} of {expected} slots, longest gap {longest:.0f} s: the window must be watched again",
        )
    rehearsed = f", rehearsed with {as_text(wanted)}" if case.window_s is not None else ""
    return case.finding(
        verdict,
        why,
        f"{as_text(round(covered))} of {as_text(round(wanted))} watched{rehearsed}",
        number=covered / 3600,
        n=len(good),
        n_unit="slots",
        margin=f"a gap longer than {as_text(round(gap_limit))} would break it",
        **seen(slots),
    )


def seen(slots: list[SampleRound]) -> dict[str, Any]:
    """The time from the first to the last sample, and the journals they stand in."""
    span = f"{as_text(round(slots[-1].due - slots[0].due + slots[-1].interval_s))} until {clock(slots[-1].due)}"
    return {"window": span, "evidence": journals(slots)}


def clock(at: float) -> str:
    """A moment as people write it, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
