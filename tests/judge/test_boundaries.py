"""Numbers at the very edge of a rule, from both sides, and the words for one, for two and for none."""

from fractions import Fraction
from math import sqrt
from pathlib import Path

import pytest

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence.records import LoadSecond, Scalar, Slot, TestOutcome, WatchFacts
from rollout.evidence.row import Row
from rollout.judge.certainty import since_reset
from rollout.judge.check_notes import more_than
from rollout.judge.coverage import gap_limit
from rollout.judge.decide import decide, finding_of
from rollout.judge.exposure import seen_as
from rollout.judge.finding import Case, Cause
from rollout.judge.load_evidence import attempt, nothing
from rollout.judge.load_step import broken_budgets
from rollout.judge.load_validity import cpu, late, planned
from rollout.judge.metric import available, margin
from rollout.judge.probed_time import failed_spans
from rollout.judge.sample_round import SampleRound
from rollout.judge.selection import places
from rollout.judge.share_budget import ShareBudget
from rollout.judge.tests import clipped, reason_of
from rollout.judge.tests import margin as margin_of_checks
from rollout.judge.users_budget import hours
from rollout.judge.verdict import Verdict
from rollout.statistics.paired_quantile import PairedQuantile
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.judge.loads import PLAN as LOADED
from tests.judge.loads import Load, judged, second
from tests.properties.ledgers import begins, good, meeting, rounds, run, started
from tests.properties.ledgers import judged as decided

NOBODY = Run(Path("x.jsonl"), JournalState.COMPLETE)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "59 s"),
        (60, "1 min"),
        (61, "2 min"),
        (119 * 60, "119 min"),
        (120 * 60, "2 h 0 min"),
        (121 * 60, "2 h 1 min"),
        (25 * 3600, "25 h 0 min"),
    ],
)
def test_a_long_time_is_said_in_hours_from_two_on(seconds: float, said: str) -> None:
    """
    Part of a minute counts as one.
    """
    assert hours(seconds) == said


@pytest.mark.parametrize(
    ("window_h", "interval_s", "limit_s"), [(1, 2, 18.75), (1, 30, 90), (48, 30, 900), (96, 30, 900), (24, 30, 450)]
)
def test_a_gap_may_take_15_minutes_of_48_hours(window_h: float, interval_s: float, limit_s: float) -> None:
    """
    In proportion, three intervals at least, and never longer.
    """
    slots = [SampleRound.of(0.0, each, {}, NOBODY) for each in (interval_s, 2 * interval_s)]
    assert gap_limit(3600 * window_h, slots) == pytest.approx(limit_s)


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        (10, "2 more errors would break it"),
        (11, "1 more error would break it"),
        (12, "1 fewer error would keep it"),
        (13, "2 fewer errors would keep it"),
    ],
)
def test_the_margin_of_a_load_counts_what_would_flip_it(errors: int, said: str) -> None:
    """
    Of 1 200 requests fewer than 12 may fail.
    """
    seconds = [second(at, err=int(at < errors)) for at in range(60)]
    assert judged("errors", Load(seconds=seconds)).margin == said


@pytest.mark.parametrize(("first", "said"), [(0, ""), (1, ""), (2, "; 1 more cause"), (3, "; 2 more causes")])
def test_how_many_more_there_are(first: int, said: str) -> None:
    """
    Nothing beside the only one.
    """
    assert more_than(first, "cause") == said


@pytest.mark.parametrize(
    ("failed", "absent", "said"),
    [
        (1, 1, "1 failing check must pass"),
        (2, 0, "2 failing checks must pass"),
        (0, 1, "1 check must run and pass"),
        (0, 2, "2 checks must run and pass"),
        (0, 0, "1 failing check would break it"),
    ],
)
def test_the_margin_of_checks_counts_them(failed: int, absent: int, said: str) -> None:
    """
    What fails comes first.
    """
    assert margin_of_checks(["x"] * failed, ["y"] * absent) == said


def test_a_message_is_clipped_after_600_characters() -> None:
    """
    One more, and it ends with dots.
    """
    assert clipped("x" * 600) == "x" * 600
    assert clipped("x" * 601) == "x" * 600 + "…"


@pytest.mark.parametrize(
    ("room", "more", "said"),
    [
        (0, None, "broken"),
        (1, None, "1 more failed probe would break it"),
        (2, 0, "2 more failed probes would break it"),
        (2, 7, "2 more failed probes would break it; certain after 7 more good probes"),
    ],
)
def test_the_margin_of_probes(room: int, more: int | None, said: str) -> None:
    """
    And how many make it certain, where that is asked for.
    """
    assert margin(room, more) == said


def test_availability_has_three_digits_or_as_many_as_tell_its_side() -> None:
    """
    99.9 % of it is not more than 99.9 %.
    """
    strict = ShareBudget(Fraction(1, 1000), strict=True)
    assert available(strict, 1, 1000) == "99.900"
    assert available(strict, 99_999, 100_000_000) == "99.900001"
    assert available(strict, 0, 7) == "100.000"


WANTED = 1200
LOW, HIGH = 0.95 * WANTED - 3 * sqrt(WANTED), 1.05 * WANTED + 3 * sqrt(WANTED)


@pytest.mark.parametrize(
    ("arrivals", "said"),
    [
        (int(LOW), "load users were missing"),
        (int(LOW) + 1, ""),
        (WANTED, ""),
        (int(HIGH), ""),
        (int(HIGH) + 1, "seconds were told twice"),
    ],
)
def test_the_schedule_has_the_arrivals_that_the_profile_asks_for(arrivals: int, said: str) -> None:
    """
    Five percent and three standard deviations less or more.
    """
    seconds = [second(at, arrivals // 60 + (at < arrivals % 60)) for at in range(60)]
    found = planned(attempt(Load(seconds=seconds).run()))
    assert bool(found) is bool(said)
    assert said in found


@pytest.mark.parametrize(
    ("used", "waited", "said"),
    [
        (84.9, None, ""),
        (85.0, None, "w at 85 % CPU, limit 85 %"),
        (84.0, 1.0, "w at 84 % CPU and 1 % waiting for one, limit 85 %"),
        (84.1, 0.9, "w at 84 % CPU, limit 85 %"),
    ],
)
def test_a_generator_is_saturated_from_85_percent_on(used: float, waited: float | None, said: str) -> None:
    """
    What it waited for a processor counts, and is told from 1 % on.
    """
    found = cpu(attempt(Load(cpu=used, waited=waited).run()))
    assert bool(found) is bool(said)
    assert found.endswith(said)


@pytest.mark.parametrize(("count", "said"), [(12, ""), (13, "1.1 % of arrivals left more than 50 ms late, limit 1 %")])
def test_one_arrival_of_a_hundred_may_be_late(count: int, said: str) -> None:
    """
    12 of 1 200, and not one more.
    """

    def row(at: int) -> LoadSecond:
        return second(at, names={"projects.list": [20, 20, 0, 0, int(at < count), 800.0, 0, 0]})

    assert late(attempt(Load(seconds=list(map(row, range(60)))).run())) == said


@pytest.mark.parametrize(("ahead_s", "holds"), [(60.0, False), (60.1, True)])
def test_clocks_may_differ_by_a_minute(ahead_s: float, holds: bool) -> None:
    """
    A record of a minute ahead is one of now.
    """
    whole = tuple(each for each in meeting() if each.producer != "drill")
    first = started("drill", 9, NOW - 5)
    last = good("drill", 9, NOW + ahead_s).records[1]
    assert ("is dated after now" in decided((*whole, run(first, [last]))).findings[0].reason) is holds


@pytest.mark.parametrize(("before_s", "holds"), [(60.0, False), (60.1, True)])
def test_a_round_may_be_due_a_minute_before_its_run(before_s: float, holds: bool) -> None:
    """
    A clock that is set while a run begins jumps less.
    """
    at = begins("watch", 1.0)
    first, *more = rounds(at)
    assert isinstance(first, Slot)
    early = run(started("watch", 9, at), [Slot(due=at - before_s, number=0, samples=first.samples), *more])
    others = tuple(each for each in meeting() if each.producer != "watch")
    assert ("before it began" in decided((*others, early)).findings[0].reason) is holds


@pytest.mark.parametrize(
    ("on", "of", "intended", "said"),
    [
        (0, 0, 10, "impossible counts"),
        (-1, 100, 10, "impossible counts"),
        (101, 100, 100, "impossible counts"),
        (100, 100, 100.1, "impossible counts"),
        (0, 100, -0.1, "impossible counts"),
        (10**12, 10**12, 100, ""),
        (10**12, 10**12 + 1, 100, "impossible counts"),
        (0, 100, 0, ""),
        (100, 100, 100, ""),
        (0, 1000, 50, "everyone in one bucket"),
        (1000, 1000, 50, "everyone in one bucket"),
        (999, 1000, 50, "sample-ratio mismatch"),
    ],
)
def test_counts_of_users_are_possible_and_as_intended(on: int, of: int, intended: float, said: str) -> None:
    """
    Both ends are possible.
    """
    measured = {"exposure.on_count": on, "exposure.users_count": of, "exposure.intended_percent": intended}
    phase = LOADED.phase("stage").model_copy(update={"steps": ()})
    outcome, why = seen_as(measured, phase, required=True)
    assert outcome == ("skipped" if said else "passed")
    assert said in why


@pytest.mark.parametrize(("many", "at"), [(1, 1), (19, 19), (20, 19), (21, 20), (100, 95), (101, 96)])
def test_the_95th_percentile_is_an_answer_that_was_given(many: int, at: int) -> None:
    """
    The smallest that 95 of 100 did not exceed.
    """
    seen = PairedQuantile(50)
    seen.see(0, {"list": [(float(2 * number), float(number)) for number in range(1, many + 1)]})
    assert seen.p95() == (2.0 * at, float(at))
    assert seen.slower_percent() == pytest.approx(100.0)


def test_each_place_has_its_own_runs_and_what_people_said() -> None:
    """
    Three targets, and a word that is about a release.
    """
    said, *seen = (
        good("attest", 0, NOW - 400),
        *(good("drill", number, NOW - 300 + number, target=name) for number, name in enumerate("abc", start=1)),
    )
    assert places((said, *seen)) == [(said, each) for each in seen]
    assert places((said, seen[0])) == [(said, seen[0])]


def test_a_release_that_answered_after_the_first_round_begins_the_window_anew() -> None:
    """
    Also where that was a single round.
    """
    anew = WatchFacts(interval_s=30.0, for_s=3600, step="all", after="1.9")
    before = run(started("watch", 1, NOW - 120), rounds(NOW - 120, count=1))
    after = run(started("watch", 2, NOW - 90, watch=anew), rounds(NOW - 90, count=3))
    slots = [SampleRound.of(slot.due, 30.0, slot.samples, each) for each in (before, after) for slot in each.of(Slot)]
    assert since_reset(slots) == slots[1:]
    assert since_reset(slots[1:]) == slots[1:]


@pytest.mark.parametrize(
    ("total_ms", "n", "kept"), [(0.0, 0, True), (199.994, 1, True), (199.995, 1, False), (399.98, 2, True)]
)
def test_a_mean_of_a_step_is_taken_to_a_hundredth_of_a_millisecond(total_ms: float, n: int, kept: bool) -> None:
    """
    One answer is its own mean; of no answer there is none to break a limit of 200 ms.
    """
    case = Case(LOADED.criterion("stage.mean"), LOADED.phase("stage"), (), NOW)
    row = Row(due=n, n=n, total_ms=total_ms, slow=[0, 0])
    assert (list(broken_budgets([case], row, (500, 1000), n, 0)) == []) is kept


def test_a_slice_of_a_load_takes_a_second_at_least() -> None:
    """
    Seconds are what is counted; a plan may write less.
    """
    phase = LOADED.phase("stage")
    assert phase.load is not None
    short = phase.model_copy(update={"load": phase.load.model_copy(update={"slice": 0.2})})
    case = Case(LOADED.criterion("stage.errors"), short, (Load().run(),), NOW)
    assert finding_of(case).bound == judged("errors", Load()).bound


def test_that_reruns_count_is_said_where_there_were_some() -> None:
    """
    Broken beyond doubt in the only attempt, and in the second one.
    """
    slow = [second(at, slow=3) for at in range(60)]
    again = "20 decides; reruns of this release continue it"
    assert judged("fast", Load(seconds=slow)).reason.endswith("20 decides")
    assert judged("fast", Load(name="a"), Load(seconds=slow, name="b")).reason.endswith(again)


@pytest.mark.parametrize(("step_s", "down"), [(30.0, True), (45.0, True), (45.1, False)])
def test_two_failed_probes_show_what_lies_between_them_unless_one_is_missing(step_s: float, down: bool) -> None:
    """
    One and a half intervals apart at the most.
    """
    probes = [SampleRound.of(at, 30.0, {}, NOBODY) for at in (0.0, step_s)]
    assert list(failed_spans([(each, 0.0) for each in probes])) == ([(0.0, step_s)] if down else [])
    assert list(failed_spans([(probes[0], 0.0), (probes[1], 1.0)])) == []
    assert list(failed_spans([(probes[0], 1.0), (probes[1], 0.0)])) == []


def test_the_cause_that_most_wait_for_is_told() -> None:
    """
    And how many others there are.
    """
    causes = [Cause(kind="not-reached", text=text, checks=(f"a.py::test_{text}",)) for text in ("one", "two", "three")]
    assert reason_of((), tuple(causes)) == "test_one: one; 2 more causes"


def test_a_run_that_says_nothing_has_no_second() -> None:
    """
    Nothing was planned, sent or counted.
    """
    found = nothing(NOBODY)
    assert (found.whole.planned.size, found.whole.sent.size, found.window.total.size) == (0, 0, 0)


@pytest.mark.parametrize(("number", "more"), [(1, ""), (2, " (and 1 more)"), (8, " (and 7 more)")])
def test_the_first_doubt_is_told_with_the_number_of_others(number: int, more: str) -> None:
    """
    Each of them takes a journal out of those in order.
    """
    torn = tuple(
        Run(each.path, JournalState.TORN, each.records[:1], f"{each.path.name}: has no end", str(at))
        for at in range(number)
        for each in [good("pytest", at, NOW - 100 + at)]
    )
    found = decide(PLAN, "stage", Ledger(torn), NOW, release=RELEASE).findings[0]
    assert (found.verdict, found.value) == (Verdict.UNPROVEN, f"0 of {number} journals in order")
    assert found.reason.endswith(f"has no end{more}")
    assert len(found.listed) == (number if number > 1 else 0)


def test_what_was_measured_stands_before_the_number_of_checks() -> None:
    """
    The first four figures, and how many more there are.
    """
    told: dict[str, Scalar] = {f"figure_{number}": number for number in range(5)}
    node = "smoke/test_health.py::test_it_answers"
    outcome = TestOutcome(
        node=node, criteria=("stage.answers",), outcome="passed", duration_s=0.25, message="", measured=told
    )
    first = started("pytest", 1, NOW - 60)
    found = next(each for each in decided((run(first, [outcome]),)).findings if each.id == "stage.answers")
    assert found.value == "figure_0 0, figure_1 1, figure_2 2, figure_3 3 and 1 more, 1 of 1 checks passed"
    assert found.window == "0.2 s of checks"
