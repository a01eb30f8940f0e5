"""Judge whether the release is slower than the one before it, measured side by side at the same moments."""

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from rollout.evidence import JournalState, Run
from rollout.evidence.records import ComparisonEnd, ComparisonPairs
from rollout.judge.digits import apart, both_sides
from rollout.judge.excused_seconds import STARVED, excused_seconds, impossible
from rollout.judge.finding import Case, Finding
from rollout.judge.share_budget import at_most
from rollout.judge.verdict import Verdict
from rollout.plan import Criterion
from rollout.statistics.e_values import ALPHA, EValues
from rollout.statistics.paired_quantile import PairedQuantile
from rollout.statistics.slices import LEAST_SLICE_S
from rollout.statistics.trigger import Alarm
from rollout.values import as_moment

NO_BASELINE = "no baseline was measured beside it; give the target a baseline_url"
FAILED = at_most(5)  # of the pairs, at the baseline
EXCUSED = at_most(5)  # of the seconds
STALE = "the comparison is older than the plan lets a proof be"


@dataclass(frozen=True)
class Compared:
    """
    One run's comparison: what all its pairs show, and *problem* where it proves nothing.

    *accusing* are the pairs of seconds in which generator and target were in order: only those can break it.
    """

    run: Run
    seen: PairedQuantile
    accusing: PairedQuantile
    problem: str


def judge_degradation(case: Case) -> Finding:
    """
    Each comparison alone can break the criterion, so that good runs do not hide a bad one; proofs add up.

    A baseline measured at another time is not comparable: without one in the same run the verdict is UNPROVEN.
    """
    runs = [run for run in case.by("load") if run.started.phase == case.phase.id]
    found = [compared(case, run) for run in runs]
    measured = [each for each in found if each.seen.pairs]
    if not measured:
        problem = found[-1].problem if found else "no load has run"
        return case.finding(Verdict.UNPROVEN, problem, "not measured", **where(runs))
    newest = measured[-1]
    for each in reversed(measured):
        if (alarm := each.accusing.alarm()) and not sick_baseline(each.accusing):
            return lasting(case, each, alarm, runs)
    for each in reversed(measured):
        if is_slower(case, each.accusing):
            told = replace(each, seen=each.accusing)
            return finding(case, told, Verdict.BROKEN, f"slower beyond doubt: {certainty(told)}", runs)
    if problem := found[-1].problem:
        return finding(case, newest, Verdict.UNPROVEN, problem, runs)
    return proof(case, found, newest, runs)


def proof(case: Case, found: list[Compared], newest: Compared, runs: list[Run]) -> Finding:
    """The finding from the accumulated e-values of all comparisons without a problem."""
    e_values = EValues(0.5)
    for each in found:
        if not each.problem:
            e_values = replayed(case, each.run, e_values).e_values
    if e_values.decision() != "met":
        return finding(case, newest, Verdict.UNPROVEN, f"not certain: {needed(e_values, newest.seen.slice_s)}", runs)
    if not keeps(case, newest.seen):
        return finding(
            case, newest, Verdict.UNPROVEN, "the pairs say no, the 95th percentiles say yes: run it again", runs
        )
    return finding(case, newest, Verdict.MET, f"not slower by more than that: {certainty(newest)}", runs)


def needed(e_values: EValues, slice_s: float) -> str:
    """How much more would make a comparison certain, in words."""
    more = e_values.slices_to_met()
    return "more time will not make it so" if more is None else f"about {more} more slices of {slice_s:g} s would"


def keeps(case: Case, seen: PairedQuantile) -> bool:
    """Whether the 95th percentiles of all pairs keep the limit."""
    slower = seen.slower_percent()
    return case.criterion.limit is not None and slower is not None and case.criterion.limit.holds(slower)


def is_slower(case: Case, seen: PairedQuantile) -> bool:
    """Whether slices and 95th percentiles both say that the release is slower, beside a baseline that answers."""
    return seen.e_values.decision() == "broken" and not keeps(case, seen) and not sick_baseline(seen)


def lasting(case: Case, each: Compared, alarm: Alarm, runs: list[Run]) -> Finding:
    """
    The finding about the window in which the release was certainly and lastingly slower: its own numbers alone.

    It is BROKEN where the criterion has no trigger.
    """
    slice_s = each.accusing.slice_s
    begun = by_second(each.run)[0].second
    first, last = begun + alarm.start * slice_s, begun + (alarm.end + 1) * slice_s
    window = pairs_of(case.criterion)
    excuses = excused_seconds(each.run)
    for record in by_second(each.run):
        if first <= record.second < last and record.second not in excuses:
            window.see(record.second, record.pairs)
    length = f"{last - first:g} s until {as_moment(last)}"
    said = f"the release was the slow one in {alarm.bad} of {alarm.total} unequal pairs in {length}"
    most = f"in most of each of the last three slices of {slice_s:g} s"
    told = numbers(case, window, runs)
    if case.criterion.trigger is None:
        return case.finding(Verdict.BROKEN, f"{said}; {most}", **told)
    return case.triggered((said, most), fired=(first, last), **told)


def compared(case: Case, run: Run) -> Compared:
    """The comparison of one run; one that is too old can break the criterion but proves nothing."""
    excuses = excused_seconds(run)
    seen, accusing = (replayed(case, run, EValues(0.5), but) for but in ({}, excuses))
    stale = "" if case.is_fresh(run.oldest) else STALE
    return Compared(
        run, seen, accusing, problem_of(run, seen) or impossible(run) or too_many_excused(seen, run, excuses) or stale
    )


def replayed(case: Case, run: Run, e_values: EValues, but: Container[int] = ()) -> PairedQuantile:
    """The pairs of a run, without those of the seconds *but*, bet on in order."""
    seen = pairs_of(case.criterion, e_values)
    for record in by_second(run):
        seen.see(record.second, {} if record.second in but else record.pairs)
    return seen


def by_second(run: Run) -> list[ComparisonPairs]:
    """The pairs of a run in order of their seconds, however they were written."""
    return sorted(run.of(ComparisonPairs), key=lambda record: record.second)


def pairs_of(criterion: Criterion, e_values: EValues | None = None) -> PairedQuantile:
    """Pairs that are bet on as the criterion says."""
    return PairedQuantile(most_percent(criterion), e_values, criterion.slice or LEAST_SLICE_S)


def too_many_excused(seen: PairedQuantile, run: Run, excuses: Mapping[int, str]) -> str:
    """
    Why a comparison with so many excused seconds proves nothing, in words; empty if there are few.

    A release that was not slower in spite of a target without a processor was not slower.
    """
    seconds = [record.second for record in run.of(ComparisonPairs)]
    counted = Counter(excuses[second] for second in seconds if second in excuses)
    if seen.e_values.decision() != "broken":
        del counted[STARVED]
    if EXCUSED.kept(counted.total(), len(seconds)):
        return ""
    [(why, _)] = counted.most_common(1)
    return f"{why} in {counted[why]} of {len(seconds)} s of the comparison"


def most_percent(criterion: Criterion) -> float:
    """By how many percent the release may be slower; where limit and trigger both exist, they are equal."""
    asked = criterion.limit or criterion.trigger
    assert asked is not None  # the reader of the plan refuses a comparison without a number
    return asked.value


def problem_of(run: Run, seen: PairedQuantile) -> str:
    """Why a comparison proves nothing, empty if it may."""
    ends = list(run.of(ComparisonEnd))
    if run.state is not JournalState.COMPLETE:
        return "the comparison was cut short"
    if not ends:
        return "the comparison was cut short" if seen.pairs else NO_BASELINE
    if closed := next((end for end in ends if end.reason == "closed"), None):
        return f"the comparison could not begin: {closed.text}"
    if not seen.pairs:
        return "the comparison saw nothing"
    return sick_baseline(seen)


def sick_baseline(seen: PairedQuantile) -> str:
    """Why the pairs are useless, empty if not: a baseline that sheds work answers the rest faster."""
    if FAILED.kept(seen.baseline_failed, seen.pairs):
        return ""
    return f"the baseline failed in {seen.baseline_failed} of {seen.pairs} pairs: nothing to compare with"


def certainty(each: Compared) -> str:
    """The e-values for and against, in words."""
    return both_sides(each.seen.e_values, each.seen.e_values, ALPHA)


def finding(case: Case, each: Compared, verdict: Verdict, reason: str, runs: list[Run]) -> Finding:
    """The finding with the numbers of the whole comparison."""
    e_values = each.seen.e_values
    bound = f"{e_values.slices} slices of {each.seen.slice_s:g} s were bet on"
    return case.finding(verdict, reason, bound=bound, **numbers(case, each.seen, runs))


def numbers(case: Case, seen: PairedQuantile, runs: list[Run]) -> dict[str, Any]:
    """What some pairs measured, as the fields of a finding."""
    slower = seen.slower_percent()
    value, number = "not measured", None
    if slower is not None:
        release, baseline = seen.p95()
        number = slower if isfinite(slower) else None
        word = "slower" if slower >= 0 else "faster"
        edge = most_percent(case.criterion) if slower >= 0 else None
        how = f"{apart(abs(slower), edge, 0, 'f')} % {word}" if number is not None else "infinitely slower"
        value = f"p95 {how}: {release:.1f} ms against {baseline:.1f} ms"
    return {"value": value, "number": number, "n": seen.pairs, "n_unit": "pairs", **where(runs)}


def where(runs: list[Run]) -> dict[str, Any]:
    """How often it was tried, and in which journals."""
    return {"attempts": len(runs), "evidence": tuple(run.path.stem for run in reversed(runs))}
