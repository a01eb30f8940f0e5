"""Whether every stage of the newest gate brought its evidence, or a later whole run stands in."""

import pytest
from msgspec import structs

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence.records import StageFinished, TestOutcome
from rollout.judge.decide import decide
from rollout.judge.gate_stages import failed_stages, worked
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict
from tests.judge.ledgers import CHECK, NOW, PLAN, RELEASE
from tests.properties.ledgers import cut, good, run, started


def stage(name: str, exit: int = 1, *, journals: int = 0, worked: bool | None = None) -> StageFinished:
    """A stage that ended with that exit code and left so many journals."""
    left = {str(number): "hash" for number in range(journals)}
    return StageFinished(stage=name, exit=exit, seconds=1.0, journals=left, worked=worked)


def gate(*stages: StageFinished, at: float = NOW - 100, number: int = 1, **more: object) -> Run:
    """A gate with these stages."""
    return run(started("gate", number, at, **more), list(stages))


def found(*runs: Run) -> list[str]:
    """The ids of the findings about stages, without the phase."""
    return [each.id.removeprefix("stage.") for each in failed_stages(Selection(PLAN, "stage", RELEASE, runs=runs))]


@pytest.mark.parametrize(
    ("exit", "journals", "told", "expected"),
    [
        (0, 1, None, True),
        (10, 1, None, True),
        (20, 1, None, True),
        (40, 1, None, True),
        (4, 1, None, False),
        (70, 1, None, False),
        (0, 0, None, False),
        (4, 0, True, True),
        (0, 1, False, False),
    ],
)
def test_a_stage_worked_if_it_says_so_or_ended_by_itself_with_a_journal(
    exit: int, journals: int, told: bool | None, expected: bool
) -> None:
    """
    Gates of before do not say so: their exit code and journals do.
    """
    assert worked(stage("smoke", exit, journals=journals, worked=told)) is expected


def test_a_failed_stage_is_a_finding_with_what_to_do() -> None:
    """
    It names the stage, its exit code, and whether it left anything.
    """
    runs = (gate(stage("smoke and integration", 4), stage("load", 0, journals=1), stage("watch", 70, journals=2)),)
    first, second = failed_stages(Selection(PLAN, "stage", RELEASE, runs=runs))
    assert (first.id, first.verdict) == ("stage.stage-smoke-integration", Verdict.UNPROVEN)
    assert first.reason == "smoke and integration ended with exit code 4 and left no journal"
    assert (first.value, first.evidence) == ("exit 4, 0 journals", (runs[0].path.stem,))
    assert (second.id, second.reason) == ("stage.stage-watch", "watch ended with exit code 70")


def test_a_failed_stage_stands_in_the_decision() -> None:
    """
    Case 3: the decision names it beside the criteria.
    """
    failed = gate(stage("smoke", 4))
    decision = decide(PLAN, "stage", Ledger((failed,)), NOW, release=RELEASE)
    assert "stage.stage-smoke" in [each.id for each in decision.findings]


def test_only_the_newest_gate_is_asked() -> None:
    """
    What an older one missed, the newer one did again.
    """
    whole = stage("smoke", 0, journals=1)
    assert found() == []
    assert found(gate(stage("smoke"), at=NOW - 200), gate(whole, number=2)) == []
    assert found(gate(whole, at=NOW - 200), gate(stage("smoke"), number=2)) == ["stage-smoke"]


def test_a_newer_gate_hides_no_stage_that_it_has_not_or_has_elsewhere() -> None:
    """
    Case 3: a narrower gate, or one on another target, says nothing about a stage that failed here.
    """
    failed, whole = gate(stage("smoke"), at=NOW - 200), stage("smoke", 0, journals=1)
    assert found(failed, gate(number=2)) == ["stage-smoke"]
    assert found(failed, gate(stage("load", 0, journals=1), number=2)) == ["stage-smoke"]
    assert found(failed, gate(whole, number=2, target="green")) == ["stage-smoke-on-blue"]
    assert found(failed, gate(stage("smoke"), number=2, target="green")) == [
        "stage-smoke-on-blue",
        "stage-smoke-on-green",
    ]


def test_a_whole_run_of_one_folder_makes_up_for_its_stage_only() -> None:
    """
    Case 3: the checks of the stage's own folders must have run, in the same place.
    """
    both = {"stage.answers": (CHECK, "integration/test_b.py::test_it")}
    smoke, elsewhere = (good("pytest", 5, NOW - 50, checks=both, **more) for more in ({}, {"target": "green"}))
    assert found(gate(stage("smoke")), smoke) == []
    assert found(gate(stage("smoke")), elsewhere) == ["stage-smoke"]
    assert found(gate(stage("integration")), smoke) == ["stage-integration"]
    assert found(gate(stage("smoke and integration")), smoke) == ["stage-smoke-integration"]


@pytest.mark.parametrize(("name", "producer"), [("smoke", "pytest"), ("watch", "watch")])
def test_a_later_whole_run_of_the_same_producer_makes_up_for_it(name: str, producer: str) -> None:
    """
    Not an earlier one, one of another producer, one of a choice of tests, one cut short, or the gate's own child.
    """
    failed = gate(stage(name))
    later = good(producer, 5, NOW - 50)
    assert found(failed, later) == []
    others = [
        good(producer, 5, NOW - 100),
        good(producer, 5, NOW - 150),
        good("drill", 5, NOW - 50),
        good(producer, 5, NOW - 50, narrowed=True),
        good(producer, 5, NOW - 50, parent=failed.run_id),
        cut(later, len(later.records)),
    ]
    for other in others:
        assert found(failed, other) == [f"stage-{name}"]
    assert cut(later, 1).state is JournalState.TORN


def test_the_stage_that_ended_last_counts() -> None:
    """
    Case 3: a gate that began first may end last; the order is that of the stages' own ends.
    """
    late = gate(structs.replace(stage("smoke"), t=NOW - 20), at=NOW - 300)
    early = gate(structs.replace(stage("smoke", 0, journals=1), t=NOW - 100), at=NOW - 200, number=2)
    assert found(late, early) == ["stage-smoke"]


def test_a_check_that_the_release_knew_is_missed_by_a_later_run() -> None:
    """
    Case 3: the folder whose stage failed was deleted; no run makes up for it.
    """
    before = good("pytest", 4, NOW - 200)
    other = "integration/test_b.py::test_it"
    later = run(
        started("pytest", 5, NOW - 50, checks={"stage.answers": (other,)}),
        [TestOutcome(node=other, criteria=("stage.answers",), outcome="passed", duration_s=0.1, message="")],
    )
    assert found(before, gate(stage("smoke")), later) == ["stage-smoke"]
    assert found(gate(stage("smoke")), later) == ["stage-smoke"]
