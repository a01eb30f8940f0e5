"""The first lines say in words what holds, what was seen, what to do and how far off it is."""

import pytest

from reports.headline import how_far, in_words, next_step, next_words, sentence
from rollout.judge.decision import StandingOverride
from rollout.judge.finding import Cause, CheckNote
from rollout.judge.verdict import Verdict
from rollout.plan import load_plan
from tests.reports.samples import NOON, decision, finding, latency

PLAN = load_plan()
RAW = CheckNote(
    node="smoke/test_health.py::test_alive", message='GET http://t/health: got 500, want 200; body: {"a": 1}'
)


def test_a_failing_check_is_told_without_its_name_and_without_json() -> None:
    """
    The sentence of the criterion comes first, then how many checks failed and what the most basic one got.
    """
    made = decision(finding("services-healthy", Verdict.BROKEN, failing=(RAW,)), finding("x", Verdict.BROKEN))
    assert sentence(made) == (
        "Do not go on: “backend, PostgreSQL, Redis and a Celery worker answer as seen from outside” does not hold"
        " (services-healthy): 1 of 6 checks failed, first: GET http://t/health: got 500, want 200;"
        " 1 other criterion not met either."
    )


def test_a_cause_is_told_with_how_many_wait_for_it() -> None:
    """
    What is missing is said once.
    """
    cause = Cause(kind="not-configured", text="not configured: set `frontend_url`", checks=("a", "b"))
    made = decision(finding("flags-disabled", Verdict.UNPROVEN, causes=(cause,)))
    assert sentence(made).endswith("(flags-disabled): not configured: set `frontend_url`, 2 checks wait for it.")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param(
            "POST /x: got 500, want 200; curl -X POST http://t/x", "POST /x: got 500, want 200", id="a command"
        ),
        pytest.param("AssertionError: assert {'id': 1} == {}", "", id="code of journals of before"),
        pytest.param("The list is empty: got ['a'], want none", "The list is empty", id="objects"),
        pytest.param(
            "rollout.target.answer.Unexpected: GET /x: got 500, want 200",
            "GET /x: got 500, want 200",
            id="a class of journals of before",
        ),
        pytest.param(
            "got 5 critical errors, want none; latest: {'level': 'critical'}",
            "got 5 critical errors, want none",
            id="the name of an object",
        ),
        pytest.param("no worker; last request: curl", "no worker", id="the last request"),
    ],
)
def test_what_a_message_quotes_is_left_out(message: str, words: str) -> None:
    """
    Bodies, commands and objects stand with the checks, not in the headline.
    """
    assert in_words(message) == words


WAYS = tuple(f"set `setting_{number}` in targets/staging.toml, or say why it does not apply" for number in range(12))
WAITING = tuple(Cause(kind="not-configured", text=f"not configured: {way}", way_out=way, checks=("a",)) for way in WAYS)


def test_of_many_ways_out_the_headline_tells_the_first() -> None:
    """
    How many more there are, and with which criterion they stand; the same way out of two causes counts once.
    """
    made = decision(
        finding("flags-disabled", Verdict.UNPROVEN, causes=(*WAITING, WAITING[0]), next="; ".join(WAYS)), finding("x")
    )
    assert next_step(made, PLAN) == f"{WAYS[0]}; and 11 more, listed with flags-disabled"
    assert next_words(made) == next_step(made, PLAN)
    lone = finding("flags-disabled", Verdict.UNPROVEN, causes=(WAITING[0], WAITING[0]), next=WAYS[0])
    assert next_step(decision(lone), PLAN) == WAYS[0]


def test_a_step_of_the_plan_is_told_whole() -> None:
    """
    Where checks failed the step is that of the criterion, whatever others wait for.
    """
    broken = finding(
        "flags-disabled", Verdict.BROKEN, failing=(RAW,), causes=WAITING, next="switch the flags off; look again"
    )
    assert next_step(decision(broken), PLAN) == "switch the flags off; look again"


def test_a_long_reason_of_an_override_is_cut_in_the_headline() -> None:
    """
    It is whole where the override stands.
    """
    override = StandingOverride(by="Ada", why="known and harmless, " * 30, until=NOON + 3600)
    made = decision(latency(Verdict.BROKEN), override=override)
    assert len(sentence(made)) < 240
    assert sentence(made).endswith("…; it would be NO-GO.")


def test_a_journal_is_told_by_who_wrote_it() -> None:
    """
    The name of its file stands with the finding.
    """
    reason = "20261129T062022-pytest-0a1b2c3d.jsonl: the run was cut short"
    made = decision(finding("evidence-intact", Verdict.UNPROVEN, reason=reason))
    assert sentence(made).endswith("(evidence-intact): the journal of pytest: the run was cut short.")


def test_how_far_off_it_is_comes_from_the_worst_finding() -> None:
    """
    What would change the verdict, and how many criteria are met already.
    """
    made = decision(latency(Verdict.BROKEN, 612.0, margin="9 fewer slow requests would keep it"), finding("x"))
    assert how_far(made) == "1 of 2 met; response-times: 9 fewer slow requests would keep it"


def test_a_margin_without_a_number_is_told_by_value_and_limit() -> None:
    """
    How far off it is shows only beside its limit.
    """
    made = decision(latency(Verdict.BROKEN, 612.0, margin="broken"))
    assert how_far(made) == "0 of 1 met; response-times: p95 612 ms, limit < 500 ms"


def test_a_go_tells_what_is_nearest_to_its_limit() -> None:
    """
    Of all numbers with a limit the one that uses most of it.
    """
    made = decision(latency(number=212.0), latency(id="phase1.mean", number=10.0))
    assert how_far(made) == "2 of 2 met; nearest to its limit is response-times: p95 212 ms, limit < 500 ms"


def test_a_latency_is_near_its_limit_by_its_own_number() -> None:
    """
    The judge counts slow requests and gives no number: the p95 beside the count is in the unit of the limit.
    """
    told = latency(number=None, value="p95 1,229 ms, 1.25 % took 1500 ms or more (16 of 1278)", limit="< 1500 ms")
    pool = finding("database-connections", number=13.3, value="peak 13.3 %", limit="< 80 %")
    assert "nearest to its limit is response-times: p95 1,229 ms" in how_far(decision(pool, told))


def test_a_share_that_must_be_high_is_near_its_limit_by_what_it_lacks() -> None:
    """
    99.95 % of more than 99.9 % has used up half of what may be missing; 100 % nothing.
    """
    pool = finding("database-connections", number=13.3, value="peak 13.3 %", limit="< 80 %")
    for percent, nearest in ((99.95, "availability"), (100.0, "database-connections")):
        up = finding("availability", number=percent, value=f"{percent} % available", limit="> 99.9 %")
        assert f"nearest to its limit is {nearest}: " in how_far(decision(pool, up))


def test_a_command_names_the_target_of_the_decision() -> None:
    """
    Without it the stand-in would be gated; the next phase may be in another environment, whose target nobody knows yet.
    """
    there = {"environment": "staging", "target": "blue; ls"}
    assert next_step(decision(**there), PLAN) == "Phase 2: Internal Testing: rollout gate phase2 --target 'blue; ls'"
    later = decision(**there, phase="phase2")
    assert next_step(later, PLAN).endswith("rollout gate phase3 --target NAME")
    assert next_step(decision(finding("x", Verdict.UNPROVEN, next=""), **there), PLAN).endswith(" --target 'blue; ls'")


def test_what_comes_next_depends_on_the_outcome() -> None:
    """
    After a GO the next phase, on ROLLBACK the phase's own way back, else what the worst finding asks for.
    """
    assert next_step(decision(), PLAN) == "Phase 2: Internal Testing: rollout gate phase2"
    assert next_step(decision(window_s=60.0), PLAN).startswith("this was a rehearsal; on the real target: rollout gate")
    assert next_step(decision(finding("x", Verdict.TRIGGERED)), PLAN) == "Revert to previous version"
    assert next_step(decision(finding("x", Verdict.BROKEN)), PLAN) == "look at the service named in the finding"
