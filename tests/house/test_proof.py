"""Every check was seen to fail, every sentence is covered, and the generated pages are current."""

from pathlib import Path

import pytest

from reports.proof import markdown_text
from rollout.cli.trace import document
from rollout.plan import EvidenceSource, Plan, load_plan
from rollout.prove.expectations import expectations_of
from rollout.prove.proof import Cell, FaultRow, Proof, SeenCheck, bindings, load_proof, unproven
from rollout.suite import suite_of
from rollout.trace import sentences, traces

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


@pytest.fixture(scope="module")
def words() -> str:
    """The plan in words."""
    return (ROOT / "docs" / "rollout-plan.md").read_text(encoding="utf-8")


def proof_of(
    plan: Plan, seen: str = "BROKEN", healthy: str = "MET", bound: str | None = None, noticed: str = "it broke"
) -> Proof:
    """A proof in which one fault turns every criterion and every check red."""
    now = {name: bound or value for name, value in bindings(plan).items()}
    cells = tuple(Cell(criterion=name, role="breaks", seen=seen, reason="it broke") for name in now)
    named = expectations_of(suite_of(plan)).checks
    checks = tuple(SeenCheck(check=check, reason=noticed) for check in named)
    rows = (FaultRow(fault="everything", sentence="Nothing works.", cells=cells, seconds=1, checks=checks),)
    return Proof(healthy=dict.fromkeys(now, healthy), rows=rows, bound=now)


def test_every_machine_checkable_criterion_was_seen_to_fail(plan: Plan) -> None:
    """
    docs/proof.json is current and complete; if not, run rollout prove with the criteria named.
    """
    assert unproven(plan, load_proof()) == {}


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        ({"seen": "MET"}, "no fault turns it red"),
        ({"healthy": "BROKEN"}, "not met on the healthy stand-in"),
        ({"bound": "0123"}, "has changed since"),
    ],
    ids=["a fault nobody noticed", "red without any fault", "a check that was edited"],
)
def test_a_proof_that_does_not_hold_counts_as_none(plan: Plan, spoiled: dict[str, str], says: str) -> None:
    """
    A fault unnoticed, a red without a fault and an edited check leave every criterion unproven.
    """
    assert unproven(plan, proof_of(plan)) == {}
    reasons = unproven(plan, proof_of(plan, **spoiled))
    assert len(reasons) == len(bindings(plan))
    assert all(says in reason for reason in reasons.values())


def test_a_check_that_nobody_saw_fail_leaves_its_criterion_unproven(plan: Plan) -> None:
    """
    Its criterion was red with another check: what this one is worth nobody knows.
    """
    reasons = unproven(plan, proof_of(plan, noticed=""))
    tested = {each.id for each in plan.criteria if each.source is EvidenceSource.TESTS}
    assert reasons.keys() == tested
    assert all("was not seen to fail under a fault that names it" in reason for reason in reasons.values())


def test_no_proof_proves_nothing(plan: Plan) -> None:
    """
    Without a stored proof no criterion counts as proven.
    """
    assert len(unproven(plan, None)) == len(bindings(plan))


def test_every_sentence_of_the_plan_is_covered(plan: Plan, words: str) -> None:
    """
    Behind each sentence that asks for something stands a criterion, an alert, a message, a procedure or a task.
    """
    assert [
        f"line {item.sentence.line}: {item.sentence.text}" for item in traces(plan, words) if not item.covered
    ] == []


def test_a_sentence_that_nobody_covers_is_found(plan: Plan, words: str) -> None:
    """
    A line added to the plan in words shows up as uncovered.
    """
    more = f"{words}\n- [ ] Feed the office cat\n"
    assert [item.sentence.text for item in traces(plan, more) if not item.covered] == ["Feed the office cat"]
    assert len(list(sentences(words))) > 100


def test_the_generated_pages_are_current(plan: Plan, words: str) -> None:
    """
    docs/proof.md and docs/traceability.md are what the stored proof and the plan say.
    """
    proof = load_proof()
    assert proof is not None
    assert (ROOT / "docs" / "proof.md").read_text(encoding="utf-8") == markdown_text(proof)
    assert (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8") == document(plan, words)
