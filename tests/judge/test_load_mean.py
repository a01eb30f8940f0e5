"""Whose mean latency decides, how many answers it takes, and when its trigger fires."""

from dataclasses import replace
from typing import Any

import pytest

from rollout.evidence import JournalState
from rollout.evidence.records import LoadOffline
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case, Finding
from rollout.judge.verdict import Verdict
from rollout.plan import Limit
from tests.judge.loads import PLAN, START, Load, row, second

RULE = PLAN.criterion("stage.lists").model_copy(
    update={
        "metric": "projects.list.mean_ms",
        "limit": Limit(op="<", value=200, unit="ms"),
        "trigger": Limit(op=">", value=250, unit="ms"),
    }
)  # needs 100 requests


def listing(ms: float, answers: int = 1200, name: str = "one", begins: int = 0, **more: Any) -> Load:
    """A valid run of 20 requests in each second, of which *answers* from second *begins* on are lists."""
    each = []
    for at in range(60):
        mine = min(20, max(0, answers - 20 * max(0, at - begins))) if at >= begins else 0
        names = {"projects.list": row(mine, ms=ms).numbers(), "reports.get": row(20 - mine).numbers()}
        each.append(second(at, names={key: numbers for key, numbers in names.items() if numbers[0]}))
    return Load(seconds=each, name=name, **more)


def mean(*loads: Load, rule: Any = RULE) -> Finding:
    """The finding about the mean latency of lists."""
    return finding_of(Case(rule, PLAN.phase("stage"), tuple(load.run() for load in loads), now=START + 100.0))


def test_a_trigger_on_a_mean_stays() -> None:
    """
    A good run after it takes nothing away, nor one in doubt; the finding quotes the window that fired.
    """
    finding = mean(listing(300.0), listing(40.0, name="good"), Load(users=5, name="doubtful"))
    assert finding.verdict is Verdict.TRIGGERED
    assert (
        finding.reason
        == "300.0 ms on average over 600 answers in 30 s until 08:00:30 UTC: trigger > 250 ms; projects.list 300 ms over 600"
    )
    assert (finding.value, finding.n, finding.evidence) == ("300.0 ms", 600, ("one",))


def test_a_trigger_on_a_mean_fires_in_a_run_that_was_cut_short() -> None:
    """
    What was really answered late counts, but not where the generator itself was out of order.
    """
    assert mean(listing(300.0, state=JournalState.TORN)).verdict is Verdict.TRIGGERED
    assert mean(listing(300.0, cpu=99.0)).verdict is Verdict.UNPROVEN


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (1, Verdict.UNPROVEN),
        (99, Verdict.UNPROVEN),
        (100, Verdict.BROKEN),
        (409, Verdict.BROKEN),
        (410, Verdict.TRIGGERED),
    ],
)
def test_a_mean_accuses_with_enough_answers_and_calls_for_a_rollback_where_it_lasts(
    answers: int, verdict: Verdict
) -> None:
    """
    The budget takes the least number of the criterion, the trigger three slices of ten seconds with ten answers each.
    """
    assert mean(listing(300.0, answers)).verdict is verdict


def test_a_blip_within_a_good_minute_fires_no_trigger_on_a_mean() -> None:
    """
    Ten answers of nine seconds lift the mean of a whole minute, and last one slice.
    """
    blip = listing(40.0)
    slow = second(20, names={"projects.list": row(20, ms=40_000.0).numbers()})
    finding = mean(replace(blip, seconds=[*blip.seconds[:20], slow, *blip.seconds[21:]]))
    assert (finding.verdict, finding.value) == (Verdict.BROKEN, "706.0 ms")


def test_three_slow_slices_of_few_answers_do_not_outweigh_a_quick_minute() -> None:
    """
    The last minute as a whole has to be beyond the trigger too.
    """

    def slices(quick: int) -> Load:
        numbers = [row(20, ms=1.0)] * quick + [row(1, ms=300.0)] * (60 - quick)
        return Load(seconds=[second(at, names={"projects.list": each.numbers()}) for at, each in enumerate(numbers)])

    assert mean(slices(30), rule=RULE).verdict is not Verdict.TRIGGERED
    assert mean(slices(0), rule=RULE).verdict is Verdict.TRIGGERED


def test_seconds_in_which_the_target_starved_fire_no_trigger_on_a_mean() -> None:
    """
    Those with a processor do, whatever the run was like as a whole.
    """
    always, early = dict.fromkeys(range(60), 95.0), dict.fromkeys(range(30), 100.0)
    assert mean(listing(300.0, target_waited=always)).verdict is Verdict.UNPROVEN
    assert mean(listing(300.0, target_waited=early)).verdict is Verdict.TRIGGERED


def test_seconds_without_a_link_fire_no_trigger_on_a_mean() -> None:
    """
    Such a run measures no latency at all.
    """
    more = [LoadOffline(worker="w", second=START + 1)]
    assert mean(listing(300.0, more=more)).verdict is Verdict.UNPROVEN


WITHOUT = RULE.model_copy(update={"trigger": None})


def test_a_few_answers_mend_no_mean_and_prove_none() -> None:
    """
    The newest valid run with enough of them decides; what it kept is not proven by one with too few.
    """
    few = listing(40.0, 99, name="few")
    assert mean(listing(300.0), few, rule=WITHOUT).verdict is Verdict.BROKEN
    finding = mean(listing(40.0), few, rule=WITHOUT)
    assert (finding.verdict, finding.reason) == (Verdict.UNPROVEN, "99 of at least 100 requests were answered")
    assert mean(listing(300.0), few, listing(40.0, 100, name="enough"), rule=WITHOUT).verdict is Verdict.MET


def test_a_few_slow_answers_accuse_nobody_until_they_are_enough() -> None:
    """
    Runs that all have too few count together.
    """
    few = [listing(300.0, 60, name=name) for name in "ab"]
    assert mean(listing(40.0), few[0], rule=WITHOUT).verdict is Verdict.UNPROVEN
    assert mean(few[0], rule=WITHOUT).verdict is Verdict.UNPROVEN
    assert mean(*few, rule=WITHOUT).verdict is Verdict.BROKEN
    assert mean(few[0], listing(300.0, 60, name="cut", state=JournalState.TORN), rule=WITHOUT).verdict is Verdict.BROKEN
