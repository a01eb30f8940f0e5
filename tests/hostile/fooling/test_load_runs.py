"""Load runs that must not count for more than they are (cases 7, 26, 28 and 33)."""

from typing import Any

import pytest

from rollout.evidence import JournalState
from rollout.evidence.records import LoadException, LoadScenarios, ScenarioFacts
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case, Finding
from rollout.judge.share_budget import ShareBudget, share_of
from rollout.judge.verdict import Verdict
from rollout.plan import Plan
from rollout.plan.profile import LoadProfile
from rollout.values import numbered
from tests.judge.loads import PLAN, START, Load, judged, second


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"users": 19}, "the run asked for 19 users, the plan for 20"),
        ({"users": 21}, "the run asked for 21 users, the plan for 20"),
        ({"actions_per_minute": 30}, "the run asked for 30 actions a minute of each user, the plan for 60"),
        ({"actions_per_minute": 90}, "the run asked for 90 actions a minute of each user, the plan for 60"),
        ({"pace": ((0.0, 0.5),)}, "the rate of the run did not change as the plan's shape 'hold' does"),
    ],
    ids=["fewer users", "more users", "slower users", "faster users", "another shape"],
)
def test_a_run_is_compared_with_the_plan_and_not_with_its_own_facts(facts: dict[str, Any], why: str) -> None:
    """
    Case 7: whatever a run says that it set out to do, the plan says what it has to do.
    """
    ((_, factor),) = facts.get("pace", ((0.0, 1.0),))
    rate = round(facts.get("users", 20) * factor * facts.get("actions_per_minute", 60) / 60)
    found = judged("errors", Load(seconds=[second(at, rate) for at in range(60)], **facts))
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, why)


REVIEWERS = ScenarioFacts(arrivals_per_minute=1200)


@pytest.mark.parametrize("err", [0, 1], ids=["it proves nothing", "it accuses nobody"])
@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"ramp_s": 0.5}, "the run asked for a ramp of 0.5 s, the plan for 1 s"),
        ({"ramp_s": 30.0}, "the run asked for a ramp of 30 s, the plan for 1 s"),
        ({"scenarios": {}}, "the run asked for 0 arrivals a minute of scenario reviewer, the plan for 1200"),
        (
            {
                "scenarios": {
                    "reviewer": ScenarioFacts(arrivals_per_minute=600),
                    "lead": ScenarioFacts(arrivals_per_minute=600),
                }
            },
            "the run asked for 600 arrivals a minute of scenario reviewer, the plan for 1200",
        ),
        (
            {"scenarios": {"reviewer": REVIEWERS, "lead": ScenarioFacts(arrivals_per_minute=1)}},
            "the run asked for 1 arrivals a minute of scenario lead, the plan for 0",
        ),
        (
            {"scenarios": {"reviewer": ScenarioFacts(arrivals_per_minute=1200, items=1)}},
            "each user of scenario reviewer worked with 1 items, the plan asks for None",
        ),
    ],
    ids=["a shorter ramp", "a longer ramp", "no scenario", "other weights", "another scenario", "another volume"],
)
def test_a_load_of_another_mix_is_another_load(facts: dict[str, Any], why: str, err: int) -> None:
    """
    Case 7: the same users and rates in other scenarios say nothing about the plan's mix, nothing good and nothing bad.
    """
    found = judged("errors", Load(seconds=[second(at, err=err) for at in range(60)], **facts))
    accuses = err and facts.get("ramp_s") == 30.0  # what breaks after a gentler ramp breaks after the plan's too
    assert found.verdict is (Verdict.BROKEN if accuses else Verdict.UNPROVEN)
    assert accuses or found.reason == why


def test_a_run_of_the_plans_own_mix_is_met() -> None:
    """
    Case 7, the other way: ramp, scenarios and rates as the plan has them.
    """
    assert judged("errors", Load(ramp_s=1.0, scenarios={"reviewer": REVIEWERS})).verdict is Verdict.MET


def test_a_run_shorter_than_the_plan_proves_nothing() -> None:
    """
    Case 7: a hold of 50 s has its thousand requests, but the plan asks for 60 s.
    """
    found = judged("errors", Load(hold_s=50, seconds=[second(at) for at in range(50)]))
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, "the run asked for 50 s of measuring, the plan for 60 s")


def test_a_run_without_a_scenario_of_the_plan_proves_nothing() -> None:
    """
    Case 7: `locust … Prober` leaves out the reviewers that the plan asks for.
    """
    found = judged("errors", Load(more=[LoadScenarios(names={"projects.list": "prober"})]))
    assert found.verdict is Verdict.UNPROVEN
    assert found.reason == "users of scenario reviewer made 0 requests, the plan asks for 1200 arrivals"


def of_two(leads: int, **facts: Any) -> Finding:
    """The errors of a run under a plan that asks for 240 arrivals of leads in 1200, of which *leads* were made."""
    kind = profile_of(PLAN).scenarios["reviewer"]
    kinds = {name: kind.model_copy(update={"weight": weight}) for name, weight in {"reviewer": 8, "lead": 2}.items()}
    phase = PLAN.phase("stage")
    load = profile_of(PLAN).model_copy(update={"scenarios": kinds})
    stage = phase.model_copy(update={"load": load})
    plan = PLAN.model_copy(update={"phases": (stage,)})
    made = [leads * (at + 1) // 60 - leads * at // 60 for at in range(60)]
    seconds = [
        second(at, names={"projects.list": row(20 - number), **({"team": row(number)} if number else {})})
        for at, number in enumerate(made)
    ]
    told = [LoadScenarios(names={"projects.list": "reviewer", "team": "lead"})]
    run = Load(seconds=seconds, more=[*told], **facts).run()
    return finding_of(Case(plan.criterion("stage.errors"), stage, (run,), now=START + 100.0))


def profile_of(plan: Plan) -> LoadProfile:
    """The load of the small plan."""
    found = plan.phase("stage").load
    assert found is not None
    return found


def row(number: int) -> list[float]:
    """So many requests, all of them good."""
    return [number, number, 0, 0, 0, number * 40.0, 0, 0]


ASKED = {
    "scenarios": {"reviewer": ScenarioFacts(arrivals_per_minute=960), "lead": ScenarioFacts(arrivals_per_minute=240)}
}


@pytest.mark.parametrize(
    ("leads", "facts", "verdict"),
    [
        pytest.param(0, {}, Verdict.UNPROVEN, id="told but none made"),
        pytest.param(1, {}, Verdict.UNPROVEN, id="one of 240"),
        pytest.param(60, {}, Verdict.UNPROVEN, id="a quarter of its share"),
        pytest.param(150, ASKED, Verdict.UNPROVEN, id="far less than the run says that it asked for"),
        pytest.param(240, ASKED, Verdict.MET, id="its share"),
        pytest.param(200, ASKED, Verdict.MET, id="less by chance"),
    ],
)
def test_a_scenario_that_hardly_acts_makes_another_load(leads: int, facts: dict[str, Any], verdict: Verdict) -> None:
    """
    Case 7: the requests that were counted are held against the plan's weights, not what the run says that it asked for.
    """
    found = of_two(leads, **facts)
    assert found.verdict is verdict, found.reason
    assert verdict is Verdict.MET or found.reason == (
        f"users of scenario lead made {numbered(leads, 'request', 'requests')}, the plan asks for 240 arrivals"
    )


def test_a_run_that_does_not_tell_its_scenarios_proves_nothing() -> None:
    """
    Case 7: nobody knows whether the plan's mix was there.
    """
    found = judged("errors", Load(tells=False))
    assert (found.verdict, found.reason) == (
        Verdict.UNPROVEN,
        "the run does not tell which scenario its requests belong to",
    )


def test_a_heavier_run_does_not_break_the_budget_of_the_plan() -> None:
    """
    Case 7: what fails under five times the planned load says nothing about the planned one.
    """
    heavy = Load(users=100, seconds=[second(at, 100, err=4) for at in range(60)])
    assert judged("errors", heavy).verdict is Verdict.UNPROVEN


def test_runs_that_were_cut_short_count_against() -> None:
    """
    Case 26: four tries ended by Ctrl-C at 1.6 % and one good run at 0.6 % are no GO for `< 1 %`.
    """
    tries = [
        Load(name=f"cut-{number}", state=JournalState.TORN, seconds=[second(at, err=at % 3 == 0) for at in range(45)])
        for number in range(4)
    ]
    good = Load(name="good", seconds=[second(at, err=at % 8 == 0) for at in range(60)])
    assert judged("errors", good).verdict is Verdict.MET
    found = judged("errors", *tries, good)
    assert found.verdict is Verdict.BROKEN
    assert "cut short" in found.reason or "beyond doubt" in found.reason


def test_a_good_run_that_was_cut_short_does_not_dilute_a_bad_one() -> None:
    """
    Case 26: seconds without errors before a Ctrl-C are no help for a run that broke the budget.
    """
    cut = Load(name="cut", state=JournalState.TORN)
    bad = Load(name="bad", seconds=[second(at, err=at % 4 == 0) for at in range(60)])
    assert judged("errors", cut, bad).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("cpu", "why"), [(float("nan"), "nobody knows how busy"), (85.0, "saturated"), (99.0, "saturated")]
)
def test_a_generator_whose_cpu_is_no_number_is_not_valid(cpu: float, why: str) -> None:
    """
    Case 28: not a number is not below 85 %.
    """
    found = judged("errors", Load(cpu=cpu))
    assert found.verdict is Verdict.UNPROVEN
    assert why in found.reason


@pytest.mark.parametrize(
    ("bad", "total", "text"),
    [(12, 1200, "1.00"), (12, 1201, "0.999"), (12, 1199, "1.001"), (11, 1200, "0.92"), (99_999, 10_000_000, "0.99999")],
)
def test_a_share_has_digits_enough_to_tell_its_side(bad: int, total: int, text: str) -> None:
    """
    Case 28: 12 of 1 201 are less than 1 %, and must not read "1.00 %" beside MET.
    """
    shown = ShareBudget(share_of(1), strict=True).percent(bad, total)
    assert shown == text


def test_users_that_cannot_get_ready_accuse_nobody() -> None:
    """
    Case 33: arrivals that were never sent make the run invalid, with the scenario and the cause; they are neither failed nor slow.
    """
    idle = [second(at, sent=0, names={}) for at in range(60)]
    cause = LoadException(text="POST /api/v1/auth/login answered 503", scenario="reviewer")
    for name in ("errors", "fast"):
        found = judged(name, Load(seconds=idle, more=[cause]))
        assert found.verdict is Verdict.UNPROVEN
        assert found.reason == "scenario reviewer could not start: POST /api/v1/auth/login answered 503"
