"""A run whose generator, length or evidence is in problem proves nothing, says why, and can still trigger."""

from dataclasses import replace
from math import inf, nan
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rollout.evidence import JournalState, Record
from rollout.evidence.load_readings import LoadReadings
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import Canary, LoadException, LoadOffline, LoadRefused, LoadSecond, LoadWorkers
from rollout.evidence.row import FIXED, Row
from rollout.judge.load_evidence import attempt
from rollout.judge.load_validity import cpu, gaps
from rollout.judge.verdict import Verdict
from tests.judge.loads import COLUMNS, START, Load, judged, second

SECONDS = range(60)
LATE = [[20, 20, 0, 0, 1, 800.0, 0, 0]]


def held_off(at: int, count: int) -> LoadRefused:
    """Requests of one second that the rate limiter refused."""
    return LoadRefused(second=START + at, names={"projects.list": count})


PROBLEMS = [
    pytest.param(Load(seconds=[]), "not one request was measured", id="zero requests"),
    pytest.param(Load(state=JournalState.TORN), "cut short after 60 s", id="no end"),
    pytest.param(
        Load(workers=LoadWorkers(present=1, expected=2, lost=())), "only 1 of 2 workers", id="a worker never came"
    ),
    pytest.param(
        Load(workers=LoadWorkers(present=1, expected=2, lost=("w-2",))), "1 of 2 workers lost: w-2", id="a worker lost"
    ),
    pytest.param(Load(cpu=97.0), "saturated: w at 97 % CPU", id="no processor to spare"),
    pytest.param(
        Load(cpu=50.0, waited=40.0), "saturated: w at 50 % CPU and 40 % waiting for one", id="a core that others had"
    ),
    pytest.param(
        Load(cpu=40.0, waited=10.0, stolen=38.0), "40 % CPU and 48 % waiting for one", id="a core that was stolen"
    ),
    pytest.param(
        Load(target_waited={0: -1.0}), "w told target_waited_percent -1, which no share", id="less than no waiting"
    ),
    pytest.param(Load(cpu=-5.0), "w told cpu_percent -5, which no share", id="less than no processor"),
    pytest.param(Load(cpu=nan), "w told cpu_percent nan, which no share", id="no number of processors"),
    pytest.param(Load(cpu=inf), "w told cpu_percent inf, which no share", id="endless processors"),
    pytest.param(
        Load(cpu=90.0, stolen=-30.0), "w told steal_percent -30, which no share", id="a core that was given back"
    ),
    pytest.param(
        Load(seconds=[second(at) for at in (*SECONDS, *range(30, 50))]),
        "1600 arrivals were on the schedule, the profile asks for 1200: seconds were told twice",
        id="seconds told twice",
    ),
    pytest.param(
        Load(more=[LoadException(text="KeyError: id")]),
        "the generator raised: KeyError",
        id="an exception",
    ),
    pytest.param(
        Load(more=[LoadOffline(worker="w", second=START + at) for at in range(3)]),
        "the generator's own link was down: w for 3 s",
        id="no link",
    ),
    pytest.param(
        Load(seconds=[second(at, err=2) for at in SECONDS], more=[held_off(at, 2) for at in SECONDS]),
        "the rate limiter refused 120 of 1200 requests",
        id="a limit for each address",
    ),
    pytest.param(
        Load(
            seconds=[second(at, err=2) for at in SECONDS],
            more=[LoadException(text="review ended failed", scenario="lead"), *(held_off(at, 2) for at in SECONDS)],
        ),
        "scenario lead could not start: review ended failed",
        id="a scenario that could not start, before a limit for each address",
    ),
    pytest.param(Load(hold_s=120), "ended after 60 of 120 s", id="ended early"),
    pytest.param(Load(hold_s=None), "nobody said before how long", id="no planned length"),
    pytest.param(Load(users=40), "load users were missing", id="fewer arrivals than the profile asks for"),
    pytest.param(
        Load(seconds=[second(at, sent=18) for at in SECONDS]),
        "sent 1080 of 1200 planned arrivals",
        id="arrivals not sent",
    ),
    pytest.param(
        Load(seconds=[second(at, names={"projects.list": LATE[0]}) for at in SECONDS]),
        "5.0 % of arrivals left",
        id="late",
    ),
]


@pytest.mark.parametrize(
    ("refused", "verdict"),
    [(10, Verdict.UNPROVEN), (0, Verdict.TRIGGERED), (5, Verdict.TRIGGERED)],
    ids=["every failure is a refusal", "none is", "half of them are"],
)
def test_refusals_of_the_rate_limiter_fire_no_trigger(refused: int, verdict: Verdict) -> None:
    """
    They are neither failed requests nor requests; what failed beside them counts.
    """
    failed = [second(at, err=10) for at in SECONDS]
    told: list[Record] = [held_off(at, refused) for at in SECONDS if refused]
    assert judged("errors", Load(seconds=failed, more=told)).verdict is verdict


def test_more_refusals_than_failures_excuse_nothing() -> None:
    """
    Refused ones are among the failed ones of their name and second; where they are not, the run contradicts itself.
    """
    found = attempt(
        Load(seconds=[second(0, err=1), second(1, err=2)], more=[held_off(0, 5), held_off(1, 2)]).run()
    ).whole
    assert (list(found.failed), list(found.total)) == ([1, 0], [20, 18])
    assert found.odd == "more refused requests of a name than failed"


def test_a_refusal_beside_what_was_counted_is_no_contradiction() -> None:
    """
    Before the first second and after the last one nothing is counted that it could excuse, as where a trigger was cleared.
    """
    found = attempt(Load(more=[held_off(-1, 5), held_off(60, 5)]).run()).whole
    assert (found.odd, int(found.held_off.sum())) == ("", 0)


@pytest.mark.parametrize("refused", [{"other": 20}, {"projects.list": 21}], ids=["another name", "too many"])
@pytest.mark.parametrize("begin", [0, -60], ids=["measured", "in the ramp"])
def test_refusals_that_cannot_be_take_no_rollback_away(refused: dict[str, int], begin: int) -> None:
    """
    An outage stays one; and no run with such refusals proves anything, so that a good one is needed after it.
    """
    told: list[Record] = [LoadRefused(second=START + begin + at, names=refused) for at in SECONDS]
    ramp = [second(at, err=20 if at - begin in SECONDS else 0) for at in range(-60, 60)]
    outage = Load(seconds=ramp, more=told)
    for runs in ([outage], [outage, Load(name="good")]):
        assert judged("errors", *runs).verdict is Verdict.TRIGGERED
    finding = judged("errors", Load(more=told, seconds=[second(at) for at in range(-60, 60)]))
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == "the counters contradict themselves: more refused requests of a name than failed"


@pytest.mark.parametrize(("load", "reason"), PROBLEMS)
@pytest.mark.parametrize("name", ["errors", "fast", "mean", "tested", "kept"])
def test_a_run_in_doubt_proves_nothing(name: str, load: Load, reason: str) -> None:
    """
    Each problem leaves every budget UNPROVEN, in its own words.
    """
    finding = judged(name, load)
    assert finding.verdict is Verdict.UNPROVEN
    assert reason in finding.reason


@pytest.mark.parametrize(("load", "reason"), PROBLEMS[1:])
def test_the_newest_attempt_must_not_be_in_doubt(load: Load, reason: str) -> None:
    """
    An older good run does not stand in for a newest one that proves nothing.
    """
    load.name = "two"
    finding = judged("errors", Load(), load)
    assert finding.verdict is Verdict.UNPROVEN
    assert reason in finding.reason


def test_a_good_rerun_after_a_run_in_doubt_counts() -> None:
    """
    A run that lost a worker is replaced by a good one.
    """
    assert (
        judged("errors", Load(workers=LoadWorkers(present=1, expected=2, lost=("w",))), Load(name="two")).verdict
        is Verdict.MET
    )


@pytest.mark.parametrize("state", [JournalState.COMPLETE, JournalState.TORN])
@pytest.mark.parametrize("lost", [(), ("w-2",)], ids=["whole", "a worker lost"])
def test_triggers_stay_armed_in_any_run(state: JournalState, lost: tuple[str, ...]) -> None:
    """
    A run that proves nothing still shows a break.
    """
    broken = Load(
        seconds=[second(at, err=10) for at in SECONDS],
        state=state,
        workers=LoadWorkers(present=1, expected=1, lost=lost),
    )
    assert judged("errors", broken).verdict is Verdict.TRIGGERED
    assert judged("errors", broken, Load(name="two")).verdict is Verdict.TRIGGERED


def test_a_run_cut_short_still_accuses() -> None:
    """
    Killing a run that goes badly does not take back what it measured.
    """
    bad = Load(state=JournalState.TORN, seconds=[second(at, err=1) for at in SECONDS])
    assert judged("errors", bad, Load(name="two")).verdict is Verdict.BROKEN


def open_from(first: int, last: int) -> list[LoadSecond]:
    """80 s of 20 requests, of which nothing was told since from second *first* to before *last*."""
    hung: dict[str, list[float]] = {"projects.list": [20, 0, 0, 0, 0, 0.0, 0, 0]}
    return [second(at, names=hung if first <= at < last else None) for at in range(80)]


@pytest.mark.parametrize("state", [JournalState.COMPLETE, JournalState.TORN])
@pytest.mark.parametrize("lost", [(), ("w",)], ids=["no worker was missed", "a worker lost"])
def test_requests_that_a_dead_generator_left_open_accuse_nobody(state: JournalState, lost: tuple[str, ...]) -> None:
    """
    Nobody knows whether they were sent: the run is invalid, and no trigger fires.
    """
    workers = LoadWorkers(present=1 - len(lost), expected=1, lost=lost)
    found = judged("errors", Load(state=state, hold_s=80, workers=workers, seconds=open_from(15, 46)))
    assert found.verdict is Verdict.UNPROVEN
    dead = Load(hold_s=60, seconds=open_from(15, 46)[:60])
    assert judged("errors", dead).reason == (
        "nobody knows what became of 620 requests that were due: their generator died"
    )


def test_requests_that_ran_into_their_timeout_still_trigger() -> None:
    """
    A target that hangs is seen by the generator that waits for it, and a run cut short keeps that.
    """
    hung = [second(at, err=20) for at in range(30, 80)]
    broken = Load(state=JournalState.TORN, hold_s=80, seconds=[*(second(at) for at in range(30)), *hung])
    assert judged("errors", broken).verdict is Verdict.TRIGGERED


def test_requests_that_were_open_when_a_run_was_cut_short_are_no_fault() -> None:
    """
    Those of the last 12 s may still have been answered: what was counted before them accuses.
    """
    seconds = [*(second(at, err=1) for at in range(50)), *open_from(50, 60)[50:60]]
    assert judged("errors", Load(state=JournalState.TORN, seconds=seconds)).verdict is Verdict.BROKEN


def test_no_run_is_no_evidence() -> None:
    """
    Without any load every budget is UNPROVEN.
    """
    finding = judged("errors")
    assert (finding.verdict, finding.reason) == (Verdict.UNPROVEN, "no load has run")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ([20, 20, 30, 0, 0, 1.0, 0, 0], "more failed or slow requests than requests"),
        ([20, 20, 0, 0, 0, 1.0, 21, 0], "more failed or slow requests than requests"),
        ([20, 20, 0, 0, 0, 1.0, 2, 3], "more requests beyond a latency limit than beyond a lower one"),
        ([1, 20, 0, 0, 0, 1.0, 0, 0], "more answers than requests that were due"),
        ([-20, -20, 0, 0, 0, 1.0, 0, 0], "a sum is negative"),
    ],
)
def test_counters_that_contradict_themselves_prove_nothing(row: list[float], why: str) -> None:
    """
    Parts that are larger than their whole make a run that neither proves nor accuses.
    """
    finding = judged("errors", contradictory(row))
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == f"the counters contradict themselves: {why}"


@pytest.mark.parametrize(
    "slow", [["slow_1000_ms", "slow_500_ms"], ["slow_x_ms", "more"]], ids=["turned round", "of no limit"]
)
def test_columns_of_slow_requests_are_known_by_their_limits(slow: list[str]) -> None:
    """
    Not by their order; a column without a limit contradicts nothing.
    """
    load = Load(
        columns=(*COLUMNS[:-2], *slow),
        seconds=[second(at, names={"projects.list": [20, 20, 0, 0, 0, 1.0, 2, 3]}) for at in SECONDS],
    )
    assert judged("errors", load).verdict is Verdict.MET


def contradictory(row: list[float]) -> Load:
    """A load run with the same odd row in every second."""
    return Load(seconds=[second(at, names={"projects.list": row}) for at in SECONDS])


def outage(**more: object) -> Load:
    """Forty seconds in which every request fails."""
    return Load(seconds=[second(at, err=20 if 10 <= at < 50 else 0) for at in SECONDS], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "row",
    [
        Row(n=5, total_ms=40.0, slow=[0, 0]),
        Row(dropped=1, slow=[0, 0]),
        Row(due=90, n=90, err=91, total_ms=9.0, slow=[0, 0]),
        Row(due=-90, slow=[0, 0]),
    ],
    ids=["more answers than due", "one unanswered that was not due", "more failed than answered", "negative"],
)
@pytest.mark.parametrize("at", [-20, 30, 70], ids=["before", "within", "after"])
def test_a_second_that_contradicts_itself_takes_no_trigger_away(row: Row, at: int) -> None:
    """
    A lost report of one worker leaves answers to requests that were never told as due: the other seconds still fire.
    """
    odd = LoadSecond(second=START + at, planned=0, sent=0, names={"projects.list": row.numbers()})
    run = outage(more=[odd])
    for runs in ([run], [run, Load(name="good")]):
        finding = judged("errors", *runs)
        assert finding.verdict is Verdict.TRIGGERED
        assert "trigger > 5 %; projects.list " in finding.reason


def test_a_second_that_contradicts_itself_is_left_out_of_the_rates() -> None:
    """
    What fails there is counted nowhere, good requests of that second included.
    """
    odd = LoadSecond(
        second=START + 30, planned=0, sent=0, names={"x": Row(due=1, n=900, err=900, slow=[0, 0]).numbers()}
    )
    finding = judged("errors", Load(more=[odd]))
    assert (finding.verdict, finding.value) == (Verdict.UNPROVEN, "0.00 % failed (0 of 1180)")
    fired = judged("errors", outage(more=[odd]))
    assert fired.value == "74.36 % failed (580 of 780 in 40 s until 08:00:40 UTC)"
    assert fired.reason.endswith("trigger > 5 %; projects.list 580 of 780")


def test_a_run_whose_counters_contradict_themselves_breaks_no_budget() -> None:
    """
    It accuses by its triggers alone.
    """
    odd = LoadSecond(second=START + 30, planned=0, sent=0, names={"x": Row(n=1, slow=[0, 0]).numbers()})
    broken = Load(seconds=[second(at, err=1 if at % 2 else 0) for at in SECONDS], more=[odd])
    assert judged("errors", broken).verdict is Verdict.UNPROVEN
    assert judged("errors", broken, Load(name="good")).verdict is Verdict.MET


def test_seconds_that_lie_a_lifetime_apart_are_no_run() -> None:
    """
    Nobody makes an array for a run of thirty thousand years.
    """
    finding = judged("errors", Load(seconds=[second(0), second(10**11)]))
    assert "no run takes that long" in finding.reason


@pytest.mark.parametrize("far", [-START, 10**11], ids=["1970", "the far future"])
def test_a_second_a_lifetime_away_takes_no_trigger_away(far: int) -> None:
    """
    A worker whose clock was wrong for a moment: that second is left out, and the others still fire.
    """
    run = outage(more=[second(far, err=20)])
    for runs in ([run], [run, Load(name="good")]):
        assert judged("errors", *runs).value == "75.00 % failed (600 of 800 in 40 s until 08:00:40 UTC)"
    assert judged("errors", Load(more=[second(far)])).verdict is Verdict.UNPROVEN
    named = judged("lists", Load(more=[second(far)]))
    assert "no run takes that long" in named.reason


def test_a_contradictory_run_does_not_hide_a_break_of_another() -> None:
    """
    One odd journal takes no other run's word away.
    """
    broken = Load(seconds=[second(at, err=10) for at in SECONDS])
    assert judged("errors", broken, contradictory([1, 20, 0, 0, 0, 1.0, 0, 0])).verdict is Verdict.TRIGGERED


def test_a_latency_that_a_run_did_not_count_is_named() -> None:
    """
    A plan whose limit is younger than the run cannot be judged by it.
    """
    started = msgspec.structs.replace(Load().started(), columns=FIXED)
    short = [second(at, names={"projects.list": [20, 20, 0, 0, 0, 800.0]}) for at in SECONDS]
    finding = judged("fast", run_of(Path("one.jsonl"), JournalState.COMPLETE, [started, *short]))
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == "this run counted due, n, err, dropped, late, total_ms, but not slow_500_ms"


def test_a_run_that_counted_no_second_and_no_latency_proves_nothing() -> None:
    """
    Without seconds there is nothing to count slow requests in: a reason, no traceback.
    """
    started = msgspec.structs.replace(Load().started(), columns=FIXED)
    finding = judged("fast", run_of(Path("one.jsonl"), JournalState.COMPLETE, [started]))
    assert finding.verdict is Verdict.UNPROVEN


def test_evidence_of_another_time_is_stale() -> None:
    """
    A run older than the criterion's max_age is no evidence any more.
    """
    assert judged("errors", Load(begins=START - 2 * 86400.0)).reason == "it is older than the plan lets a proof be"


def test_a_generator_without_its_link_calls_for_no_rollback() -> None:
    """
    Requests that failed while its own link was down count for nothing; those before and after still do.
    """
    cut = Load(seconds=failing(range(20, 50)), more=offline(range(20, 50)))
    assert judged("errors", cut.run()).verdict is Verdict.UNPROVEN
    assert judged("errors", Load(seconds=failing(range(20, 50))).run()).verdict is Verdict.TRIGGERED
    sick = Load(seconds=failing(range(50)), more=offline(range(50, 60)))
    assert judged("errors", sick.run()).verdict is Verdict.TRIGGERED


@pytest.mark.parametrize(
    ("waited", "expected"), [(49.9, Verdict.TRIGGERED), (50.0, Verdict.UNPROVEN)], ids=["below the limit", "at it"]
)
def test_a_target_that_got_no_processor_of_this_machine_calls_for_no_rollback(waited: float, expected: Verdict) -> None:
    """
    Case 25: half a minute of timeouts shows how busy a machine is that the target shares with the generator.
    """
    kept = Load(seconds=failing(range(60)), target_waited=dict.fromkeys(range(60), waited))
    assert judged("errors", kept.run()).verdict is expected


@pytest.mark.parametrize(
    ("mute", "why"),
    [
        ({"target_waited": dict.fromkeys(range(25, 45), 90.0)}, "the target got no processor in 20 s of that minute"),
        ({"more": True}, "the generator had no link in 30 s of that minute"),
        (
            {"more": True, "target_waited": dict.fromkeys(range(10, 15), 90.0)},
            "the generator had no link in 30 s of that minute and the target got no processor in 5 s of that minute",
        ),
    ],
    ids=["no processor", "no link", "both"],
)
def test_failures_that_call_for_no_rollback_say_why(mute: dict[str, Any], why: str) -> None:
    """
    Case 31: half a minute of failures beside a trigger of 5 % and no ROLLBACK is a riddle; the finding solves it.
    """
    given = {**mute, "more": offline(range(20, 50))} if "more" in mute else mute
    found = judged("errors", Load(seconds=failing(range(20, 50)), **given).run())
    assert found.verdict is not Verdict.TRIGGERED
    assert found.reason.endswith(f"; 600 of 1000 requests failed in 50 s until 08:00:50 UTC: no ROLLBACK, {why}")


def test_a_machine_that_was_busy_at_another_time_is_no_reason() -> None:
    """
    Case 31: where nothing was beyond the trigger, no word is lost about it.
    """
    assert "ROLLBACK" not in judged("errors", Load(target_waited=STARVED)).reason


STARVED = dict.fromkeys(range(60), 80.0)


@pytest.mark.parametrize("name", ["errors", "fast", "mean", "tested", "kept"])
def test_what_a_target_without_a_processor_keeps_is_kept(name: str) -> None:
    """
    It did what was asked of it though the machine was busy with other things.
    """
    assert judged(name, Load(target_waited=STARVED)).verdict is Verdict.MET


@pytest.mark.parametrize("name", ["errors", "fast"])
def test_a_target_without_a_processor_is_not_accused_and_hides_no_break_of_another_run(name: str) -> None:
    """
    A run in which it failed and waited says neither; one in which it failed and did not wait still accuses.
    """
    failed = [second(at, err=1, slow=4) for at in SECONDS]
    excused = judged(name, Load(seconds=failed, target_waited=STARVED))
    assert excused.verdict is Verdict.UNPROVEN
    assert excused.reason.startswith(
        "the target runs on this machine and was kept from a processor for 80 % of the time"
    )
    both = judged(name, Load(seconds=failed), Load(seconds=failed, target_waited=STARVED, name="two"))
    assert both.verdict is Verdict.BROKEN


def test_the_worst_of_several_times_without_a_processor_is_told() -> None:
    """
    100 % is worse than 72 %, though its text comes first in the alphabet.
    """
    failed = [second(at, err=1, slow=4) for at in SECONDS]
    waits = [
        Load(seconds=failed, target_waited=dict.fromkeys(range(60), each), name=f"{each}") for each in (100.0, 72.0)
    ]
    assert "for 100 % of the time" in judged("errors", *waits).reason


def test_a_lost_write_is_lost_however_busy_the_machine_was() -> None:
    """
    No processor is needed to keep what was acknowledged.
    """
    lost = Canary(written=9, verified=8, missing=("a",), altered=())
    assert judged("kept", Load(canary=lost, target_waited=STARVED)).verdict is Verdict.TRIGGERED


def test_failures_beside_a_short_time_without_a_processor_still_trigger() -> None:
    """
    Case 25, the other way: ten seconds in which the target waited hide no minute of failures.
    """
    busy = Load(seconds=failing(range(60)), target_waited=dict.fromkeys(range(10), 90.0))
    assert judged("errors", busy.run()).verdict is Verdict.TRIGGERED


def test_failures_after_a_long_time_without_a_processor_still_trigger() -> None:
    """
    Case 25, the other way: a run that starved for most of its time hides no half minute in which the target had its processor.
    """
    busy = Load(seconds=failing(range(60)), target_waited=dict.fromkeys(range(30), 100.0))
    assert judged("errors", busy.run()).verdict is Verdict.TRIGGERED


def failing(when: range) -> list[LoadSecond]:
    """A minute in which every request of some seconds fails."""
    return [second(at, err=20 if at in when else 0) for at in SECONDS]


def offline(when: range) -> list[Record]:
    """The worker says that it had no link."""
    return [LoadOffline(worker="w", second=START + at) for at in when]


@pytest.mark.parametrize(("length", "said"), [(2, ""), (3, "nobody recorded how busy the generator was")])
def test_how_busy_a_generator_was_is_asked_of_a_run_of_three_seconds_or_more(length: int, said: str) -> None:
    """
    The first reading of a worker comes after its first seconds.
    """
    run = Load(seconds=[second(at) for at in range(length)], hold_s=length).run()
    assert cpu(attempt(replace(run, readings=LoadReadings()))) == said


@pytest.mark.parametrize(("length", "said"), [(59, []), (58, ["the run ended after 58 of 60 s"])])
def test_the_last_second_of_a_hold_may_be_missing(length: int, said: list[str]) -> None:
    """
    Its requests may all have been due a moment before; a second more is a run that ended early.
    """
    assert gaps(attempt(Load(seconds=[second(at) for at in range(length)]).run())) == said
