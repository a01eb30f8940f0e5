"""What `rollout prove --explain` says about a criterion: its rule, examples and faults."""

import pytest

from rollout.plan import load_plan
from rollout.prove.explain import explained
from rollout.prove.proof import Cell, FaultRow, Proof

SEEN = Cell(criterion="error-rate", role="breaks", seen="BROKEN", reason="2.1 % failed")
PROOF = Proof(
    healthy={},
    rows=(
        FaultRow(fault="errors-2-percent", sentence="Two of a hundred fail.", cells=(SEEN,), seconds=1),
        FaultRow(fault="other", sentence="", cells=(SEEN.model_copy(update={"role": "depends"}),), seconds=1),
    ),
    bound={},
)


def said(name: str, proof: Proof | None = PROOF) -> list[str]:
    """The explanation of a criterion of the real plan."""
    return list(explained(load_plan(), name, proof))


@pytest.mark.parametrize("name", ["error-rate", "phase1.error-rate"])
def test_a_criterion_is_explained_by_its_rule_and_examples(name: str) -> None:
    """
    Its sentence, limits, the function that judges it, and journals with the verdict on each.
    """
    lines = said(name)
    assert lines[0] == "error-rate: fewer than 1 in 100 requests fail"
    assert "  limit: < 1 %" in lines
    assert "  trigger: > 5 %" in lines
    assert any(line.startswith("rule fail-share (rollout.judge.load_budget.judge_share): ") for line in lines)
    assert "  good: MET, the budget was kept" in lines
    assert "  bad: BROKEN, the budget < 1 % was not kept" in lines
    assert any(line.startswith('    {"kind": "load-second"') for line in lines)


def test_the_faults_are_told_with_what_was_seen_of_them() -> None:
    """
    A fault that was tried says what it did; one that was not says so; what merely depends is left out.
    """
    lines = said("error-rate")
    assert "  errors-2-percent: Two of a hundred fail. Seen BROKEN: 2.1 % failed" in lines
    assert "  errors-6-percent: not tried yet" in lines
    assert not any(line.startswith("  other:") for line in lines)
    assert "  errors-2-percent: not tried yet" in said("error-rate", None)


def test_what_people_bring_has_no_faults() -> None:
    """
    No defect of a target turns a signature red.
    """
    assert said("uat-signed")[-1] == "faults: none, since people bring this evidence"


def test_every_criterion_of_the_plan_can_be_explained() -> None:
    """
    Each has a rule with examples.
    """
    for criterion in load_plan().criteria:
        assert any(line.startswith("rule ") for line in said(criterion.id))
