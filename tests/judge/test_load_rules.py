"""Corners of the rules about load: what a run asked for, when its generator is to blame, and what adds up over attempts."""

from typing import Any

import pytest

from rollout.evidence import JournalState, Record
from rollout.evidence.records import Canary, LoadScenarios, LoadSecond
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case, Finding
from rollout.judge.load_asked import arrivals_of
from rollout.judge.load_validity import on_time, sent_enough
from rollout.plan import Plan
from tests.judge.loads import PLAN, START, Load, judged, second

MINUTE = range(60)


def edited(name: str, load: dict[str, Any] | None = None, **more: Any) -> Plan:
    """The small plan about load with one criterion only, changed."""
    document = PLAN.model_dump(mode="json", exclude_none=True)
    phase = document["phases"][0]
    phase["deadline"] = "1w"
    phase["load"] |= {"ramp": "1s", "hold": "60s", "slice": "1s", "beside": "120s", **(load or {})}
    (item,) = [each for each in document["criteria"] if each["id"] == name]
    document["criteria"] = [{**item, "max_age": "1d", **more}]
    return Plan.model_validate(document)


def found(plan: Plan, *loads: Load) -> Finding:
    """The finding about the only criterion of a plan."""
    case = Case(plan.criteria[0], plan.phase("stage"), tuple(load.run() for load in loads), now=START + 100.0)
    return finding_of(case)


@pytest.mark.parametrize(
    ("number", "verdict", "reason"),
    [
        (12, "MET", "the budget was kept"),
        (13, "UNPROVEN", "1.1 % of arrivals left more than 50 ms late, limit 1 %"),
    ],
)
def test_one_arrival_of_a_hundred_may_be_late(number: int, verdict: str, reason: str) -> None:
    """
    Of 1 200 arrivals 12 are 1 %, 13 are more.
    """
    names = {"projects.list": [20, 20, 0, 0, 1, 800.0, 0, 0]}
    seconds = [second(at, names=names if at < number else None) for at in MINUTE]
    finding = judged("errors", Load(seconds=seconds))
    assert (finding.verdict.name, finding.reason) == (verdict, reason)


@pytest.mark.parametrize(("late", "sent", "enough"), [(1, 100, True), (2, 100, False), (0, 0, True), (1, 0, False)])
def test_lateness_is_compared_in_whole_numbers(late: int, sent: int, enough: bool) -> None:
    """
    Exactly one of a hundred is in time.
    """
    assert on_time(late, sent) is enough


@pytest.mark.parametrize(("sent", "planned", "enough"), [(95, 100, True), (94, 100, False), (0, 0, True)])
def test_what_was_sent_is_compared_in_whole_numbers(sent: int, planned: int, enough: bool) -> None:
    """
    Exactly 95 of a hundred are enough.
    """
    assert sent_enough(sent, planned) is enough


@pytest.mark.parametrize(("cpu", "verdict"), [(84.9, "MET"), (85.0, "UNPROVEN")])
def test_a_generator_needs_a_processor_to_spare(cpu: float, verdict: str) -> None:
    """
    85 % is too much.
    """
    assert judged("errors", Load(cpu=cpu)).verdict.name == verdict


def first_bad(errors: int) -> list[LoadSecond]:
    """Twenty seconds, the first of them with errors."""
    return [second(at, err=errors if at == 0 else 0) for at in range(20)]


@pytest.mark.parametrize(("each", "errors"), [(0.8, 16), (5, 100)], ids=["by the count", "by the bet"])
def test_what_is_broken_by_a_run_that_was_cut_short_shows_its_counts(each: float, errors: int) -> None:
    """
    Case 26: no failure of 1 200 and errors to spare are no words for a budget that all 1 600 requests broke.
    """
    seconds = [second(at, err=int(each * (at + 1)) - int(each * at)) for at in range(20)]
    cut = Load(seconds=seconds, state=JournalState.TORN, name="cut", begins=START - 9)
    finding = judged("errors", cut, Load(name="whole"))
    assert finding.verdict.name == "BROKEN"
    assert finding.value.endswith(f"({errors} of 1600)")
    assert (finding.n, finding.margin) == (1600, f"{errors - 15} fewer error{'s' * (errors > 16)} would keep it")


@pytest.mark.parametrize(("errors", "verdict"), [(15, "MET"), (16, "BROKEN"), (17, "BROKEN")])
def test_a_run_that_was_cut_short_counts_against_the_budget(errors: int, verdict: str) -> None:
    """
    16 errors in the 1 600 requests of both runs are 1 %, though the whole run had none.
    """
    cut = Load(seconds=first_bad(errors), state=JournalState.TORN, name="cut", begins=START - 9)
    finding = judged("errors", cut, Load(name="whole"))
    assert finding.verdict.name == verdict
    if verdict == "BROKEN":
        assert finding.reason == (
            f"the budget < 1 % was not kept, attempts that were cut short included: {errors} of 1600 requests"
        )


def test_attempts_add_up_and_the_newest_must_keep_the_budget() -> None:
    """
    A good attempt does not cover a bad one before it, nor one after it.
    """
    bad = [second(at, err=1 if at % 2 else 0) for at in MINUTE]  # 30 of 1 200, spread
    slightly = [second(at, err=1 if at % 4 == 0 else 0) for at in MINUTE]  # 15 of 1 200: 1.25 %
    after = judged("errors", Load(name="a"), Load(name="b"), Load(name="c", seconds=slightly))
    assert (after.verdict.name, after.reason) == ("BROKEN", "the budget < 1 % was not kept in the newest attempt")
    before = judged("errors", Load(name="a", seconds=bad), Load(name="b"))
    assert before.verdict.name == "BROKEN"


@pytest.mark.parametrize(
    ("canary", "reason"),
    [
        (Canary(written=0, verified=0, missing=(), altered=()), "nothing was written"),
        (Canary(written=3, verified=2, missing=(), altered=()), "1 of 3 acknowledged writes could not be read back"),
        (None, "the newest run ended before its writes were verified"),
    ],
)
def test_writes_that_prove_nothing(canary: Canary | None, reason: str) -> None:
    """
    None made, not all read back, or never looked at.
    """
    finding = judged("kept", Load(canary=canary))
    assert (finding.verdict.name, finding.reason) == ("UNPROVEN", reason)


@pytest.mark.parametrize(("least", "verdict"), [(9, "MET"), (10, "UNPROVEN")])
def test_too_few_writes_prove_nothing_of_lost_ones(least: int, verdict: str) -> None:
    """
    Nine writes came back, which shows that nothing is lost only where nine are enough for the plan.
    """
    rule = PLAN.criterion("stage.kept").model_copy(update={"least": least})
    finding = finding_of(Case(rule, PLAN.phase("stage"), (Load().run(),), now=START + 100.0))
    assert finding.verdict.name == verdict
    assert ("9 of at least 10 acknowledged writes" in finding.reason) is (verdict == "UNPROVEN")


@pytest.mark.parametrize(
    ("missing", "altered", "reason"),
    [
        (("a",), (), "1 missing: a"),
        ((), ("b",), "1 altered: b"),
        (tuple("abcdefg"), ("x",), "7 missing: a, b, c, d, e and 2 more; 1 altered: x"),
    ],
)
def test_one_lost_write_of_any_run_calls_for_rollback(
    missing: tuple[str, ...], altered: tuple[str, ...], reason: str
) -> None:
    """
    A good run after it makes it not good, nor does the worst generator.
    """
    lost = Load(canary=Canary(written=9, verified=1, missing=missing, altered=altered), cpu=99, begins=START - 9)
    finding = judged("kept", lost, Load(name="good"))
    assert (finding.verdict.name, finding.reason) == ("TRIGGERED", reason)
    assert finding.listed == ((*missing, *altered) if len((*missing, *altered)) > 5 else ())
    assert finding.value == f"{len(missing) + len(altered)} of 18 writes lost"


SLOW_TRIGGER = {"op": ">", "value": 1000, "unit": "ms"}


@pytest.mark.parametrize(("cpu", "verdict"), [(20.0, "TRIGGERED"), (99.0, "UNPROVEN")])
def test_slowness_rolls_back_only_where_the_generator_is_fast(cpu: float, verdict: str) -> None:
    """
    What is slow may be the generator's own fault; failures are really failures.
    """
    row = [20, 20, 0, 0, 0, 30_000.0, 20, 20]
    slow = Load(seconds=[second(at, names={"projects.list": row}) for at in MINUTE], cpu=cpu)
    assert found(edited("fast", trigger=SLOW_TRIGGER), slow).verdict.name == verdict
    failing = Load(seconds=[second(at, err=10) for at in MINUTE], cpu=cpu)
    assert judged("errors", failing).verdict.name == "TRIGGERED"


def test_required_certainty_is_not_a_matter_of_luck() -> None:
    """
    Kept in all of too few slices: how many more it takes is told.
    """
    plan = edited("certainly-fast", load={"slice": "15s"})
    finding = found(plan, Load())
    assert finding.verdict.name == "UNPROVEN"
    assert "more slices like these would make it so" in finding.reason
    assert found(edited("fast", load={"slice": "15s"}), Load()).verdict.name == "MET"


def test_enough_requests_must_be_counted() -> None:
    """
    The plan's least number, or that of the criterion where it is larger.
    """
    few = Load(seconds=[second(at, rate=1) for at in range(60)], users=1)
    plan = edited("errors", load={"users": 1, "least_requests": 60})
    assert found(plan, few).verdict.name == "MET"
    more = edited("errors", load={"users": 1, "least_requests": 60}, least=61)
    assert (found(more, few).verdict.name, found(more, few).reason) == ("UNPROVEN", "60 of at least 61 requests")


def told(*names: str) -> list[Record]:
    """Which scenario each request name belongs to."""
    return [LoadScenarios(names=dict.fromkeys(("projects.list",), name)) for name in names]


def test_every_scenario_of_the_plan_must_have_made_requests() -> None:
    """
    Where chance does not explain that none did.
    """
    plan = edited("errors", load={"scenarios": {"reviewer": 1, "importer": 1}})
    assert found(plan, Load(more=told("reviewer"))).reason == (
        "users of scenario importer made 0 requests, the plan asks for 600 arrivals"
    )
    assert found(edited("errors"), Load(more=told("reviewer"))).verdict.name == "MET"
    rare = edited("errors", load={"scenarios": {"reviewer": 1, "importer": {"weight": 0.01, "actions_per_minute": 60}}})
    assert found(rare, Load(more=told("reviewer"))).verdict.name == "MET"


def test_the_arrivals_of_a_scenario_follow_from_its_weight_and_rate() -> None:
    """
    20 users, a quarter of them importers, twice a minute each, for one minute.
    """
    scenarios = {"reviewer": 3, "importer": {"weight": 1, "actions_per_minute": 2}}
    profile = edited("errors", load={"scenarios": scenarios, "least_requests": 1}).phase("stage").load
    assert profile is not None
    assert arrivals_of(profile, "importer") == pytest.approx(10)
    assert arrivals_of(profile, "reviewer") == pytest.approx(900)


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (Load(users=19), "the run asked for 19 users, the plan for 20"),
        (Load(actions_per_minute=59), "the run asked for 59 actions a minute of each user, the plan for 60"),
        (
            Load(hold_s=59, seconds=[second(at) for at in range(59)]),
            "the run asked for 59 s of measuring, the plan for 60 s",
        ),
        (Load(pace=((0.0, 1.0), (30.0, 1.0))), "the rate of the run did not change as the plan's shape 'hold' does"),
        (Load(users=21), "the run asked for 21 users, the plan for 20"),
        (Load(actions_per_minute=61), "the run asked for 61 actions a minute of each user, the plan for 60"),
    ],
)
def test_a_run_must_ask_for_what_the_plan_asks(load: Load, reason: str) -> None:
    """
    Users, rate, length and shape; a run of less or more proves nothing.
    """
    finding = judged("errors", load)
    assert finding.verdict.name == "UNPROVEN"
    assert reason in finding.reason


@pytest.mark.parametrize("rate", [59.5, 60.5])
def test_a_rate_may_be_rounded(rate: float) -> None:
    """
    By less than one percent, since it is shared out over scenarios.
    """
    assert judged("errors", Load(actions_per_minute=rate)).verdict.name == "MET"
