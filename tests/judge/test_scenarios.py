"""Each scenario alone: a good average does not hide the people who wait."""

from typing import Any

from rollout.evidence.records import LoadScenarios, LoadSecond
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.scenarios import JudgedScenario, by_scenario, headings, measured
from rollout.judge.verdict import Verdict
from tests.judge.loads import PLAN, START, Load

TOLD = LoadScenarios(t=START - 5, names={"projects.list": "reviewer", "statistics.overview": "lead"})


def second(at: int, lead_failed: int = 0) -> LoadSecond:
    """20 requests of reviewers, all good, and 2 of leads."""
    names: dict[str, list[float]] = {
        "projects.list": [20, 20, 0, 0, 0, 800.0, 0, 0],
        "statistics.overview": [2, 2, lead_failed, 0, 0, 200.0, 0, 0],
    }
    return LoadSecond(second=START + at, planned=22, sent=22, names=names)


def cases(load: Load, **changes: Any) -> list[Case]:
    """Every criterion of the small plan with one load run."""
    items = [item.model_copy(update=changes) for item in PLAN.criteria]
    return [Case(item, PLAN.phase("stage"), (load.run(),), now=START + 100.0) for item in items]


def test_the_one_that_fails_is_named() -> None:
    """
    One request of a hundred fails, and all of them are the leads': overall fine, for them one in nine.
    """
    seconds = [second(at, lead_failed=at % 5 == 0) for at in range(60)]
    found = by_scenario(cases(Load(seconds=seconds, more=[TOLD])))
    assert [each.name for each in found] == ["lead", "reviewer"]
    lead, reviewer = found
    assert (lead.requests, reviewer.requests) == (120, 1200)
    verdicts = {finding.id: finding.verdict for finding in lead.findings}
    assert verdicts["stage.errors"] is Verdict.BROKEN
    assert verdicts["stage.mean"] is Verdict.UNPROVEN  # 120 of at least 1000 answers
    assert all(finding.verdict is Verdict.MET for finding in reviewer.findings)
    assert all(finding.advisory for finding in (*lead.findings, *reviewer.findings))


def test_a_column_tells_budget_and_measurement() -> None:
    """
    The heading has the limit, the cell the share or the mean.
    """
    seconds = [second(at, lead_failed=at % 5 == 0) for at in range(60)]
    found = by_scenario(cases(Load(seconds=seconds, more=[TOLD])))
    assert headings(found) == ["errors < 1 %", "fast < 500 ms", "certainly-fast < 500 ms", "mean < 200 ms"]
    assert [budget.measured for budget in found[0].budgets] == [
        "10.00 % failed",
        "10.00 % slower",
        "10.00 % slower",
        "100.0 ms",
    ]


def test_one_scenario_has_headings_too() -> None:
    """
    The first scenario tells the budgets, whether another follows or not.
    """
    found = by_scenario(cases(Load(seconds=[second(at) for at in range(60)], more=[TOLD])))
    assert headings(found[:1]) == headings(found) != []


def test_a_run_that_does_not_tell_has_none() -> None:
    """
    No record of scenarios, no load at all: nothing to show, and nothing raised.
    """
    assert by_scenario(cases(Load(seconds=[second(at) for at in range(60)], tells=False))) == []
    assert by_scenario([]) == []
    assert headings([]) == []
    assert JudgedScenario("reviewer", ()).requests == 0


def test_a_criterion_may_be_about_one_scenario() -> None:
    """
    `lead.fail_percent` counts the requests of leads, whatever they are called.
    """
    load = Load(seconds=[second(at, lead_failed=at % 5 == 0) for at in range(60)], more=[TOLD])
    errors = next(case for case in cases(load, metric="lead.fail_percent") if case.criterion.id == "errors")
    finding = finding_of(errors)
    assert (finding.n, finding.number) == (120, 10.0)
    assert finding.verdict is Verdict.BROKEN


def test_a_cell_never_reads_like_its_limit_where_it_is_not_there() -> None:
    """
    Case 28: 601 of 60,000 are more than one in a hundred; a mean of 199.96 ms is no 200.0 ms.
    """
    seconds = [second(at, lead_failed=0) for at in range(60)]
    case = next(each for each in cases(Load(seconds=seconds, more=[TOLD])) if each.id == "stage.mean")
    finding = finding_of(case).model_copy(update={"number": 199.96})
    assert measured(case, finding) == "199.96 ms"
    many: dict[str, list[float]] = {"projects.list": [1000, 1000, 10, 0, 0, 800.0, 0, 0]}
    rows = [LoadSecond(second=START + at, planned=1000, sent=1000, names=many) for at in range(60)]
    rows[0] = LoadSecond(
        second=START, planned=1000, sent=1000, names={"projects.list": [1000, 1000, 11, 0, 0, 8e2, 0, 0]}
    )
    told = LoadScenarios(t=START - 5, names={"projects.list": "reviewer"})
    [reviewer] = by_scenario(cases(Load(seconds=rows, users=1000, more=[told])))
    assert reviewer.budgets[0].measured == "1.002 % failed"
