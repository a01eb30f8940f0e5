"""The verdict about a release beside the one before it."""

import pytest
from msgspec.structs import replace

from rollout.evidence import JournalState, Record
from rollout.evidence.records import ComparisonEnd, ComparisonPairs
from rollout.judge.comparison_prospect import ComparisonProspect
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.verdict import Verdict
from rollout.plan import Criterion
from rollout.plan.limit import Limit
from tests.judge.loads import PLAN, START, Load, judged

END = ComparisonEnd(t=START + 60, reason="time is up", text="")


def pairs(release_ms: float | None, baseline_ms: float | None = 40.0, seconds: int = 180) -> list[Record]:
    """Seconds of ten pairs each; one baseline in ten is a little slow, as in life."""
    found: list[Record] = []
    for at in range(seconds):
        usual = [(release_ms, baseline_ms)] * 9
        slow = (release_ms, None if baseline_ms is None else baseline_ms * 1.2)
        found.append(ComparisonPairs(second=START - 210 + at, pairs={"list": [*usual, slow]}))
    return found


def test_without_a_baseline_nothing_is_known() -> None:
    """
    A load run alone proves nothing about being slower, and says what is missing.
    """
    finding = judged("not-slower", Load())
    assert finding.verdict is Verdict.UNPROVEN
    assert "baseline_url" in finding.reason


def test_a_release_as_fast_as_before_is_met() -> None:
    """
    Certain by its pairs, and by its 95th percentile.
    """
    finding = judged("not-slower", Load(more=[*pairs(40.0), END]))
    assert finding.verdict is Verdict.MET, finding.reason
    assert finding.value == "p95 17 % faster: 40.0 ms against 48.0 ms"
    assert finding.n == 1800


def test_a_release_twice_as_slow_calls_for_rollback() -> None:
    """
    Twice as slow is beyond doubt more than 50 %.
    """
    finding = judged("not-slower", Load(more=[*pairs(96.0), END]))
    assert finding.verdict is Verdict.TRIGGERED
    assert finding.number == pytest.approx(100.0)


def test_a_triggered_comparison_quotes_the_window_that_fired() -> None:
    """
    Case 31: a release that is slow in the second half alone is told by the numbers of that time, and when it was.
    """
    fast, slow = pairs(40.0), pairs(96.0)
    half = len(fast) // 2
    finding = judged("not-slower", Load(more=[*fast[:half], *slow[half:], END]))
    assert finding.verdict is Verdict.TRIGGERED
    assert finding.fired is not None
    first, last = finding.fired
    begun, turned = (each.second for each in (fast[0], slow[half]) if isinstance(each, ComparisonPairs))
    assert begun < first < turned < last
    assert finding.value == "p95 100 % slower: 96.0 ms against 48.0 ms"
    assert finding.window == f"{last - first:g} s"
    assert (finding.n, finding.n_unit) == (10 * (last - first), "pairs")


NOT_SLOWER = PLAN.criterion("stage.not-slower")
LITTLE = NOT_SLOWER.model_copy(
    update={"limit": Limit.model_validate({"op": "<=", "value": 20, "unit": "%"}), "trigger": None}
)


@pytest.mark.parametrize(
    ("criterion", "release_ms", "verdict"),
    [
        (NOT_SLOWER, 62.0, Verdict.MET),
        (LITTLE, 62.0, Verdict.BROKEN),
        (LITTLE, 96.0, Verdict.BROKEN),
        (LITTLE, 40.0, Verdict.MET),
    ],
)
def test_the_plan_says_how_much_slower_is_too_slow_and_what_calls_for_rollback(
    criterion: Criterion, release_ms: float, verdict: Verdict
) -> None:
    """
    About 30 % slower keeps 50 % and breaks 20 %; without a trigger nothing calls for a rollback.
    """
    run = Load(more=[*pairs(release_ms), END]).run()
    assert finding_of(Case(criterion, PLAN.phase("stage"), (run,), START + 100.0)).verdict is verdict


def test_a_load_does_not_begin_where_a_trigger_that_binds_has_fired() -> None:
    """
    A limit without a trigger, and an advisory criterion, stop no load; the reason names criterion and number.
    """
    slow = {"list": [(96.0, 40.0)] * 9 + [(96.0, 48.0)]}
    expected = "not-slower: the release is certainly more than 50 % slower than the one before"
    for asked, reason in [
        ([NOT_SLOWER], expected),
        ([NOT_SLOWER.model_copy(update={"metric": None}), NOT_SLOWER], expected),
        ([LITTLE, NOT_SLOWER], expected),
        ([LITTLE], ""),
        ([NOT_SLOWER.model_copy(update={"advisory": True})], ""),
    ]:
        prospect = ComparisonProspect(asked)
        assert not prospect.certain
        for second in range(60):
            prospect.see(second, slow)
        assert (prospect.certain, prospect.stop()) == (True, reason)
        assert prospect.outlook().startswith("certain: lastingly more than")


def test_the_outlook_is_that_of_the_first_comparison_that_is_still_open() -> None:
    """
    Turns of 32 % and 140 % slower are certainly more than 20 %, and nobody knows whether more than 50 %.
    """
    prospect = ComparisonProspect([LITTLE, NOT_SLOWER])
    for second in range(60):
        prospect.see(second, {"list": [(96.0 if second % 2 else 53.0, 40.0)] * 10})
    assert not prospect.certain
    assert not prospect.outlook().startswith("certain")


@pytest.mark.parametrize(("failed", "verdict"), [(5, Verdict.TRIGGERED), (6, Verdict.UNPROVEN)])
def test_a_baseline_that_fails_accuses_nobody(failed: int, verdict: Verdict) -> None:
    """
    Of a hundred pairs the baseline answers all but a few, quickly; with more than five failed there is nothing to compare.
    """
    second: list[tuple[float | None, float | None]]
    second = [*[(96.0, 40.0)] * 85, *[(96.0, 48.0)] * (15 - failed), *[(96.0, None)] * failed]
    seconds: list[Record] = [ComparisonPairs(second=START - 210 + at, pairs={"list": second}) for at in range(180)]
    finding = judged("not-slower", Load(more=[*seconds, END]))
    assert finding.verdict is verdict
    if verdict is Verdict.UNPROVEN:
        assert finding.reason == "the baseline failed in 1080 of 18000 pairs: nothing to compare with"


def test_a_run_that_was_cut_short_can_still_trigger() -> None:
    """
    A torn journal proves nothing, but what it shows stays dangerous.
    """
    assert judged("not-slower", Load(more=pairs(96.0), state=JournalState.TORN)).verdict is Verdict.TRIGGERED
    finding = judged("not-slower", Load(more=pairs(40.0), state=JournalState.TORN))
    assert (finding.verdict, finding.reason) == (Verdict.UNPROVEN, "the comparison was cut short")


def test_good_reruns_do_not_cover_a_bad_comparison() -> None:
    """
    Each comparison triggers on its own.
    """
    good = [Load(more=[*pairs(40.0), END], name=f"good-{number}") for number in range(3)]
    assert judged("not-slower", *good, Load(more=[*pairs(96.0), END], name="bad")).verdict is Verdict.TRIGGERED


def test_a_few_seconds_are_not_certain_and_reruns_add_up() -> None:
    """
    Too little says how much more is needed; the next run goes on from there.
    """
    short = [Load(more=[*pairs(40.0, seconds=70), END], name=f"run-{number}") for number in range(4)]
    first = judged("not-slower", short[0])
    assert first.verdict is Verdict.UNPROVEN
    assert "more slices" in first.reason
    assert judged("not-slower", *short).verdict is Verdict.MET


def test_a_failing_release_is_slow_and_a_failing_baseline_proves_nothing() -> None:
    """
    A release that fails every read is rolled back; a dead baseline is no comparison.
    """
    assert judged("not-slower", Load(more=[*pairs(None), END])).verdict is Verdict.TRIGGERED
    finding = judged("not-slower", Load(more=[*pairs(40.0, None), END]))
    assert finding.verdict is Verdict.UNPROVEN
    assert "the baseline failed in 1800 of 1800 pairs" in finding.reason


def test_a_comparison_that_could_not_begin_is_a_doubt_wherever_that_stands() -> None:
    """
    An end that was well hides none that was not.
    """
    closed = ComparisonEnd(t=START + 60, reason="closed", text="no answer")
    for ends in ([END, closed], [closed, END]):
        finding = judged("not-slower", Load(more=[*pairs(40.0), *ends]))
        assert (finding.verdict, finding.reason) == (Verdict.UNPROVEN, "the comparison could not begin: no answer")


@pytest.mark.parametrize(
    ("release", "value", "number"),
    [
        (48.0, "p95 0 % slower: 48.0 ms against 48.0 ms", 0.0),
        (47.9, "p95 0 % faster: 47.9 ms against 48.0 ms", -100 * 0.1 / 48),
        (60.0, "p95 25 % slower: 60.0 ms against 48.0 ms", 25.0),
        (None, "p95 infinitely slower: inf ms against 48.0 ms", None),
    ],
)
def test_how_much_slower_is_told_with_both_latencies(release: float | None, value: str, number: float | None) -> None:
    """
    As fast is 0 % slower, a little faster is faster, and what fails has no number.
    """
    finding = judged("not-slower", Load(more=[*pairs(release), END]))
    assert finding.value == value
    assert finding.number == (None if number is None else pytest.approx(number))


def test_the_newest_of_several_broken_comparisons_is_told() -> None:
    """
    One without pairs in between is passed over, and every run is counted as an attempt.
    """
    first, none, last = (Load(name=name) for name in ("first", "none", "last"))
    first.more, last.more = [*pairs(96.0), END], [*pairs(192.0), END]
    finding = judged("not-slower", first, last, none)
    assert finding.verdict is Verdict.TRIGGERED
    assert finding.number == pytest.approx(300.0)
    assert (finding.attempts, finding.evidence) == (3, ("none", "last", "first"))


@pytest.mark.parametrize(("least", "verdict"), [(1800, Verdict.MET), (1801, Verdict.UNPROVEN)])
def test_fewer_pairs_than_the_plan_wants_prove_nothing(least: int, verdict: Verdict) -> None:
    """
    However certain they are; nor does the comparison end before it has them.
    """
    wanted = NOT_SLOWER.model_copy(update={"least": least})
    run = Load(more=[*pairs(40.0), END]).run()
    finding = finding_of(Case(wanted, PLAN.phase("stage"), (run,), START + 100.0))
    assert finding.verdict is verdict
    prospect = ComparisonProspect([wanted])
    for each in run.of(ComparisonPairs):
        prospect.see(each.second, each.pairs)
    assert prospect.certain is (verdict is Verdict.MET)


def test_a_stall_of_two_slices_calls_for_no_rollback() -> None:
    """
    Half a minute in which every read is slow, and then none.
    """
    stall = [
        replace(each, second=each.second + 180) for each in pairs(96.0, seconds=30) if isinstance(each, ComparisonPairs)
    ]
    after = [replace(each, second=each.second + 210) for each in pairs(40.0) if isinstance(each, ComparisonPairs)]
    assert judged("not-slower", Load(more=[*pairs(40.0), *stall, *after, END])).verdict is not Verdict.TRIGGERED


def test_seconds_in_which_the_generator_was_not_in_order_make_nobody_certain_too_soon() -> None:
    """
    The judge counts them for a proof: a comparison that left them out would end before it proves anything.
    """
    seen, spared = ComparisonProspect([LITTLE]), ComparisonProspect([LITTLE])
    for second in range(300):
        odd = second % 2 == 0
        took = 96.0 if odd else 40.0
        pairs = {"list": [*[(took, 40.0)] * 9, (took, 48.0)]}
        seen.see(second, pairs, excused=odd)
        spared.see(second, {} if odd else pairs)
    assert (seen.certain, seen.stop()) == (False, "")
    assert spared.certain
