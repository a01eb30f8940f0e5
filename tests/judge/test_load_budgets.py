"""Budgets on load: exact counts, the support of the bets, and reruns that start from nothing never."""

from dataclasses import replace

import pytest

from rollout.evidence import JournalState, Record
from rollout.evidence.records import Canary, LoadRefused, LoadSecond
from rollout.evidence.row import FIXED, Row
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.verdict import Verdict
from rollout.plan import Limit
from tests.judge.loads import PLAN, START, Load, judged, row, second

EVERY = ["errors", "fast", "lists", "mean", "tested", "kept"]


def spread(bad: int, kind: str = "err") -> Load:
    """A run of 1 200 requests with *bad* bad ones, evenly spread."""
    counts = [bad * (at + 1) // 60 - bad * at // 60 for at in range(60)]
    return Load(
        seconds=[
            second(at, err=count if kind == "err" else 0, slow=count if kind == "slow" else 0)
            for at, count in enumerate(counts)
        ]
    )


@pytest.mark.parametrize("name", EVERY)
def test_a_good_run_meets_every_budget(name: str) -> None:
    """
    A valid run without a fault is MET for each kind of budget, with its numbers.
    """
    finding = judged(name, Load())
    assert finding.verdict is Verdict.MET, finding.reason
    assert finding.n > 0
    assert finding.evidence == ("one",)


@pytest.mark.parametrize(("errors", "verdict"), [(11, Verdict.MET), (12, Verdict.BROKEN)], ids=["one below", "equal"])
def test_the_budget_is_compared_in_whole_numbers(errors: int, verdict: Verdict) -> None:
    """
    Of 1 200 requests, 12 failed ones are 1 % and do not keep `< 1 %`.
    """
    assert judged("errors", spread(errors)).verdict is verdict


@pytest.mark.parametrize(("slow", "verdict"), [(59, Verdict.MET), (60, Verdict.BROKEN)], ids=["one below", "equal"])
def test_a_quantile_is_a_share_of_slow_requests(slow: int, verdict: Verdict) -> None:
    """
    `p95 < 500 ms` holds as long as fewer than 5 % take 500 ms or more.
    """
    assert judged("fast", spread(slow, "slow")).verdict is verdict


def test_failed_requests_count_as_slow() -> None:
    """
    A request that failed fast is no fast request.
    """
    assert judged("fast", spread(60, "err")).verdict is Verdict.BROKEN


def test_the_margin_says_what_would_flip_it() -> None:
    """
    The finding tells how many more errors would break the budget, or how many fewer would keep it.
    """
    assert judged("errors", spread(8)).margin == "4 more errors would break it"
    assert judged("errors", spread(13)).margin == "2 fewer errors would keep it"


def test_dropped_arrivals_are_failures() -> None:
    """
    An arrival that was never answered failed.
    """
    seconds = [second(at, dropped=1 if at % 4 == 0 else 0) for at in range(60)]
    finding = judged("errors", Load(seconds=seconds))
    assert finding.verdict is Verdict.BROKEN
    assert finding.number == pytest.approx(100 * 15 / 1200)


def test_two_percent_errors_break_but_do_not_trigger() -> None:
    """
    Between budget and trigger lies NO-GO, not ROLLBACK.
    """
    assert judged("errors", spread(24)).verdict is Verdict.BROKEN


def test_ten_percent_errors_trigger() -> None:
    """
    Far beyond the trigger the finding calls for a rollback and says when it saw that.
    """
    finding = judged("errors", spread(120))
    assert finding.verdict is Verdict.TRIGGERED
    assert "trigger > 5 %" in finding.reason


def test_required_support_waits_for_certainty() -> None:
    """
    Sixty good slices keep the budget of 5 % but do not prove it; eighty do.
    """
    waiting = judged("certainly-fast", Load())
    assert waiting.verdict is Verdict.UNPROVEN
    assert "14 more slices" in waiting.reason
    long = Load(hold_s=80, seconds=[second(at) for at in range(80)])
    assert judged("certainly-fast", long).verdict is Verdict.MET


def test_a_rerun_continues_the_capital() -> None:
    """
    Two runs of sixty good slices prove what one of them cannot.
    """
    again = Load(name="two")
    finding = judged("certainly-fast", Load(), again)
    assert finding.verdict is Verdict.MET
    assert (finding.attempts, finding.n) == (2, 2400)


def test_a_rerun_does_not_mend_what_was_certainly_broken() -> None:
    """
    A run that broke the budget beyond doubt is not outvoted by good ones.
    """
    good = [Load(name=str(number)) for number in range(5)]
    finding = judged("errors", spread(48), *good)
    assert finding.verdict is Verdict.BROKEN
    assert "beyond doubt" in finding.reason


def blip(at: int, seconds: int, hold_s: int) -> Load:
    """A run in which everything fails for some *seconds*."""
    return Load(hold_s=hold_s, seconds=[second(s, err=20 if at <= s < at + seconds else 0) for s in range(hold_s)])


@pytest.mark.parametrize("at", [0, 5, 200], ids=["at once", "early", "in the middle"])
def test_a_blip_within_the_budget_accuses_nobody(at: int) -> None:
    """
    Two seconds of 480 are 0.42 %: the bet on broken has won on slices of 1 s, and the budget of 1 % is kept.
    """
    finding = judged("errors", blip(at, 2, 480))
    assert (finding.verdict, finding.reason) == (Verdict.MET, "the budget was kept")


def test_a_blip_beyond_the_budget_is_a_broken_budget() -> None:
    """
    Two seconds of 60 are 3.3 % of all requests.
    """
    assert judged("errors", blip(20, 2, 60)).verdict is Verdict.BROKEN


def test_a_run_cut_short_in_a_blip_does_not_break_what_is_kept_over_all() -> None:
    """
    The first seconds of a run that was cut short are no attempt of their own: they count with the others.
    """
    cut = Load(name="cut", seconds=[second(0, err=20), second(1)], state=JournalState.TORN)
    assert "beyond doubt" not in judged("errors", cut, blip(500, 0, 480)).reason


def test_the_newest_attempt_has_to_keep_the_budget_too() -> None:
    """
    Old good runs do not hide that the newest one failed.
    """
    good = [Load(name=str(number)) for number in range(5)]
    finding = judged("errors", *good, spread(14))
    assert finding.verdict is Verdict.BROKEN
    assert finding.reason.endswith("was not kept in the newest attempt")


def test_too_few_requests_prove_nothing() -> None:
    """
    Fewer requests than the plan asks for are UNPROVEN, however good they were.
    """
    few = Load(seconds=[second(at, names={"projects.list": row(10).numbers()}) for at in range(60)])
    finding = judged("errors", few)
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == "600 of at least 1000 requests"


@pytest.mark.parametrize(("err", "verdict"), [(3, Verdict.MET), (4, Verdict.UNPROVEN)])
def test_requests_that_were_not_answered_are_no_load_test(err: int, verdict: Verdict) -> None:
    """
    1200 requests were sent; 1000 of them have to be answered without an error.
    """
    finding = judged("tested", Load(seconds=[second(at, err=err) for at in range(60)]))
    assert finding.verdict is verdict
    assert ("only 960 of 1200 requests were answered" in finding.reason) is (verdict is Verdict.UNPROVEN)


def test_answers_of_a_run_that_was_not_in_order_are_no_load_test() -> None:
    """
    Nor are those of the ramp: where everything failed that was measured, nothing was tested.
    """
    failed = Load(seconds=[second(at, err=20) for at in range(60)])
    ramp = replace(failed, seconds=[*(second(at) for at in range(-60, 0)), *failed.seconds])
    for runs in ([Load(cpu=99.0, name="busy"), failed], [Load(users=5, name="few"), failed], [ramp]):
        finding = judged("tested", *runs)
        assert finding.verdict is Verdict.UNPROVEN
        assert "only 0 of 1200 requests were answered" in finding.reason


def test_a_budget_on_one_name_counts_only_that_name() -> None:
    """
    Slow requests of another name do not break the budget of a list.
    """
    seconds = [second(at) for at in range(60)]
    for each in seconds:
        each.names["tasks.start"] = row(5, ms=1800.0, slow=(5, 5)).numbers()
    assert judged("lists", Load(seconds=seconds)).verdict is Verdict.MET
    assert judged("fast", Load(seconds=seconds)).verdict is Verdict.BROKEN


def part(number: int, slow: int = 0) -> Load:
    """A load of 1200 requests, *number* of them in each second for a list, *slow* of those slower than each limit."""
    names = {"projects.list": row(number, slow=(slow, slow)).numbers()}
    names["projects.open"] = row(20 - number).numbers()
    return Load(seconds=[second(at, names=names) for at in range(60)])


def test_a_budget_on_a_part_needs_as_many_requests_as_it_says() -> None:
    """
    No part is as large as the whole load: 120 requests are judged where 100 are asked for, 60 are too few.
    """
    assert judged("lists", part(2)).verdict is Verdict.MET
    assert judged("lists", part(2, slow=1)).verdict is Verdict.BROKEN
    few = judged("lists", part(1))
    assert (few.verdict, few.reason) == (Verdict.UNPROVEN, "60 of at least 100 requests")


def barely_broken(**more: object) -> Load:
    """600 requests for a list, of which 7.5 % are slow: beyond 5 %, and not beyond doubt."""
    seconds = [part(10, slow=0 if at % 4 else 3).seconds[at] for at in range(60)]
    return Load(seconds=seconds, name="broken", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0, 1], ids=["none", "60 of 100"])
def test_too_few_requests_mend_nothing(number: int) -> None:
    """
    The newest attempt that has enough decides whether the budget is broken, whatever its age.
    """
    few = [replace(part(number), name=f"few-{at}") for at in range(12)]
    fresh, stale = barely_broken(), barely_broken(begins=START - 2 * 86400.0)
    for runs in ([fresh, few[0]], [fresh, *few], [stale, few[0]]):
        finding = judged("lists", *runs)
        assert finding.verdict is Verdict.BROKEN
        assert "took 500 ms or more, or failed (45 of 6" in finding.value
        assert judged("lists", *runs, Load(name="good")).verdict is Verdict.MET


def test_too_few_requests_mend_nothing_that_older_runs_would_dilute() -> None:
    """
    A stale run that broke the budget, between a good one and one with too few: it was the newest that decides.
    """
    good = Load(name="good", begins=START - 3 * 86400.0)
    broken, few = barely_broken(begins=START - 2 * 86400.0), replace(part(1), name="few")
    assert judged("lists", broken, good, few).verdict is Verdict.UNPROVEN
    finding = judged("lists", good, broken, few)
    assert finding.verdict is Verdict.BROKEN
    assert finding.reason == "the newest valid attempt did not keep the budget < 500 ms"


@pytest.mark.parametrize("number", [0, 1], ids=["none", "60 of 100"])
def test_too_few_requests_accuse_nobody_by_themselves(number: int) -> None:
    """
    Nor do they break what enough of them kept before.
    """
    few = replace(part(number), name="few")
    assert judged("lists", few).verdict is Verdict.UNPROVEN
    assert judged("lists", part(10), few).verdict is Verdict.MET
    assert judged("lists", replace(part(10), begins=START - 2 * 86400.0), few).verdict is Verdict.UNPROVEN


def test_several_records_of_one_second_add_up() -> None:
    """
    What came in late is written as an addition and counts with the rest.
    """
    part = {"projects.list": Row(n=1, err=1, total_ms=9.0, slow=[0, 0]).numbers()}
    late = [LoadSecond(second=START + at, planned=0, sent=0, names=part) for at in range(60)]
    all_but_one = {"projects.list": Row(due=20, n=19, total_ms=800.0, slow=[0, 0]).numbers()}
    seconds = [second(at, names=all_but_one) for at in range(60)]
    finding = judged("errors", Load(seconds=seconds, more=[*late]))
    assert finding.n == 1200
    assert finding.verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("canary", "verdict"),
    [
        (Canary(written=9, verified=9, missing=("a-7",), altered=()), Verdict.TRIGGERED),
        (Canary(written=9, verified=9, missing=(), altered=("a-3",)), Verdict.TRIGGERED),
        (Canary(written=9, verified=8, missing=(), altered=()), Verdict.UNPROVEN),
        (Canary(written=0, verified=0, missing=(), altered=()), Verdict.UNPROVEN),
        (None, Verdict.UNPROVEN),
    ],
    ids=["one missing", "one altered", "one not read back", "nothing written", "never verified"],
)
def test_one_lost_write_triggers_and_an_unread_one_proves_nothing(canary: Canary | None, verdict: Verdict) -> None:
    """
    Data loss needs no statistics, and its absence needs every write read back.
    """
    assert judged("kept", Load(canary=canary)).verdict is verdict


def test_a_lost_write_of_an_older_run_still_triggers() -> None:
    """
    A later run without loss does not bring the lost write back.
    """
    lost = Load(canary=Canary(written=9, verified=9, missing=("a-7",), altered=()))
    finding = judged("kept", lost, Load(name="two"))
    assert finding.verdict is Verdict.TRIGGERED
    assert "a-7" in finding.reason


def test_without_a_baseline_nothing_is_known_about_degradation() -> None:
    """
    A criterion on degradation is UNPROVEN where nothing was measured beside it.
    """
    assert judged("not-slower", Load()).verdict is Verdict.UNPROVEN


def test_a_trigger_names_the_three_that_failed_most() -> None:
    """
    By how many failed, then by name; the list of the finding has them all.
    """
    failed = {"a": 1, "b": 4, "c": 2, "d": 4}
    names: dict[str, list[float]] = {name: [5, 5, err, 0, 0, 200.0, 0, 0] for name, err in failed.items()}
    finding = judged("errors", Load(seconds=[second(at, names=names) for at in range(60)]))
    assert finding.reason.endswith(": trigger > 5 %; b 120 of 150, d 120 of 150, c 60 of 150 and 1 more")
    assert finding.listed == ("b 120 of 150", "d 120 of 150", "c 60 of 150", "a 30 of 150")


def test_a_trigger_names_no_request_that_the_rate_limiter_refused() -> None:
    """
    Refused ones are neither failed nor attempted: a name with nothing else is not listed.
    """
    names: dict[str, list[float]] = {name: [10, 10, 10, 0, 0, 200.0, 0, 0] for name in ("down", "refused", "both")}
    refusals: list[Record] = [LoadRefused(second=START + at, names={"refused": 10, "both": 4}) for at in range(60)]
    finding = judged("errors", Load(seconds=[second(at, 30, names=names) for at in range(60)], more=refusals))
    assert finding.reason.endswith(": trigger > 5 %; down 300 of 300, both 180 of 180")
    assert finding.reason.startswith("480 of 480 requests failed in 30 s")


def test_a_budget_that_the_newest_valid_attempt_broke_is_not_mended_by_one_in_doubt() -> None:
    """
    A valid one before it that kept the budget is past, and so is a broken one before a good one.
    """
    bad, good, doubtful = replace(spread(13), name="bad"), Load(name="good"), Load(users=5, name="doubtful")
    finding = judged("errors", good, bad, doubtful)
    assert finding.verdict is Verdict.BROKEN
    assert finding.reason == "the newest valid attempt did not keep the budget < 1 %"
    assert judged("errors", bad, doubtful).reason == finding.reason


@pytest.mark.parametrize("last", [Load(users=5, name="doubtful"), Load(cpu=99.0, name="busy")], ids=["few", "busy"])
def test_what_valid_attempts_broke_together_is_not_mended_by_one_in_doubt(last: Load) -> None:
    """
    25 of 2 400: the attempt after them takes nothing of it away, nor does it break what two attempts kept together.
    """
    bad, good = (
        Load(seconds=[second(at, err={10: 13, 40: 12}.get(at, 0)) for at in range(60)], name="bad"),
        Load(name="good"),
    )
    finding = judged("errors", bad, good, last)
    assert finding.verdict is Verdict.BROKEN
    assert finding.reason == "the valid attempts together did not keep the budget < 1 %"
    assert "25 of 2400" in finding.value
    assert judged("errors", replace(spread(13), name="bad"), good, last).verdict is Verdict.UNPROVEN


def test_a_mean_that_the_newest_valid_attempt_broke_is_not_mended_by_one_in_doubt() -> None:
    """
    Nor is one that it kept proven by that attempt.
    """
    slow = Load(seconds=[second(at, names={"projects.list": row(ms=300.0).numbers()}) for at in range(60)])
    doubtful = Load(users=5, name="doubtful")
    assert judged("mean", slow, doubtful).verdict is Verdict.BROKEN
    assert judged("mean", Load(), doubtful).verdict is Verdict.UNPROVEN


def lasting(ms: float, name: str, **more: object) -> Load:
    """A run whose requests take so many milliseconds each."""
    names = {"projects.list": row(ms=ms).numbers()}
    return Load(seconds=[second(at, names=names) for at in range(60)], name=name, **more)  # type: ignore[arg-type]


def test_runs_that_were_cut_short_count_against_a_mean() -> None:
    """
    Together with the newest valid one, and by themselves where there is none; good ones prove nothing.
    """
    cut = [lasting(300.0, f"cut-{number}", state=JournalState.TORN) for number in range(5)]
    finding = judged("mean", *cut, Load(name="good"))
    assert finding.verdict is Verdict.BROKEN
    assert finding.reason == "the limit < 200 ms does not hold, attempts that were cut short included"
    assert (finding.value, finding.n, finding.attempts) == ("256.7 ms", 7200, 6)
    alone = judged("mean", *cut)
    assert (alone.verdict, alone.value) == (Verdict.BROKEN, "300.0 ms")
    assert judged("mean", lasting(40.0, "cut", state=JournalState.TORN)).verdict is Verdict.UNPROVEN


def test_runs_that_were_cut_short_do_not_dilute_a_mean() -> None:
    """
    Neither quick ones, nor a slow one too short to weigh much.
    """
    quick = [lasting(1.0, f"cut-{number}", state=JournalState.TORN) for number in range(5)]
    assert judged("mean", *quick, lasting(300.0, "slow")).value == "300.0 ms"
    short = Load(seconds=[second(0, names={"projects.list": row(ms=900.0).numbers()})], state=JournalState.TORN)
    assert judged("mean", short).verdict is Verdict.UNPROVEN
    assert judged("mean", short, Load(name="good")).value == "40.0 ms"


def test_a_run_without_an_answer_does_not_mend_a_mean() -> None:
    """
    The newest valid run that has answers decides; what it kept is not proven by one without.
    """
    silent = Load(seconds=[second(at, dropped=20) for at in range(60)], name="silent")
    assert judged("mean", lasting(300.0, "slow"), silent).verdict is Verdict.BROKEN
    finding = judged("mean", Load(), silent)
    assert (finding.verdict, finding.reason) == (Verdict.UNPROVEN, "no request of that name was answered")


@pytest.mark.parametrize("state", [JournalState.COMPLETE, JournalState.TORN])
def test_a_run_that_did_not_count_a_latency_hides_none_of_another(state: JournalState) -> None:
    """
    It proves nothing itself: what is broken stays broken, and a run after it that counted makes up for it.
    """
    rows = [second(at, names={"projects.list": Row(due=20, n=20, total_ms=800.0).numbers()}) for at in range(60)]
    other = Load(name="other", seconds=rows, columns=FIXED, state=state)
    slow, good = replace(spread(600, "slow"), name="slow"), Load(name="good")
    assert judged("fast", slow, other).verdict is Verdict.BROKEN
    assert judged("fast", good, other).verdict is Verdict.UNPROVEN
    assert judged("fast", other, good).verdict is Verdict.MET


def test_a_trigger_fires_in_a_run_that_did_not_count_the_latency_of_the_limit() -> None:
    """
    The limit moved, the trigger did not: each is looked for in the runs that counted it.
    """
    limits = {"limit": Limit(op="<", value=600, unit="ms"), "trigger": Limit(op=">=", value=500, unit="ms")}
    moved = PLAN.criterion("stage.fast").model_copy(update=limits)
    case = Case(moved, PLAN.phase("stage"), (spread(600, "slow").run(),), now=START + 100.0)
    assert finding_of(case).verdict is Verdict.TRIGGERED
    case = replace(case, runs=(spread(60, "slow").run(),))
    assert (
        finding_of(case).reason
        == "this run counted due, n, err, dropped, late, total_ms, slow_500_ms, slow_1000_ms, but not slow_600_ms"
    )


@pytest.mark.parametrize(("number", "every", "verdict"), [(1, 15, Verdict.UNPROVEN), (2, 8, Verdict.BROKEN)])
def test_too_few_requests_leave_no_broken_budget_behind(number: int, every: int, verdict: Verdict) -> None:
    """
    60 of the 100 that prove anything, and 120: an attempt in doubt after them lets only the latter accuse.
    """
    slow = [int(at % every == every - 1) for at in range(60)]
    rows = [part(number, slow=each).seconds[at] for at, each in enumerate(slow)]
    finding = judged("lists", Load(seconds=rows, name="few"), Load(users=5, name="doubtful"))
    assert finding.verdict is verdict, finding.reason


def test_evidence_beyond_all_numbers_is_told_as_one() -> None:
    """
    Four runs in which every request was slow: 20 to the power of 240 is more than is worth saying.
    """
    slow = [replace(spread(1200, "slow"), name=name) for name in "abcd"]
    assert "the evidence against it is over 1,000,000, 20 decides; reruns" in judged("fast", *slow).reason


def test_a_few_requests_of_the_newest_attempt_neither_break_a_budget_nor_prove_it() -> None:
    """
    One slow answer is no accusation where it takes a hundred, and what was kept before is not shown again by it.
    """

    def lists(many: int, slow: int) -> Load:
        names = {"projects.list": row(many, slow=(slow, 0)), "reports.get": row(20 - many)}
        told = second(0, names={name: each.numbers() for name, each in names.items()})
        rest = [second(at, names={"reports.get": row().numbers()}) for at in range(1, 60)]
        return Load(name=f"few-{slow}", seconds=[told, *rest])

    finding = judged("lists", Load(), lists(10, 1))
    assert (finding.verdict, finding.reason) == (
        Verdict.UNPROVEN,
        "1 of only 10 requests of the newest attempt were beyond it; 100 decide",
    )
    assert judged("lists", Load(), lists(10, 0)).verdict is Verdict.MET
    assert judged("lists", spread(600, "slow"), lists(10, 1)).verdict is Verdict.BROKEN
