"""Criteria and the tests that prove them fit together, in both directions."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from rollout.checks import Check, checks_by_criterion, checks_of, full_ids, scan
from rollout.plan import EvidenceSource, load_plan
from rollout.prove.expectations import expectations_of
from rollout.suite import suite_of

ROOT = Path(__file__).parents[2]
SOURCE = """
import pytest

pytestmark = pytest.mark.criterion("services-healthy")


@pytest.mark.criterion("phase1.flags-disabled")
def test_one() -> None: ...


@pytest.mark.parametrize("step", [pytest.param("phase3", marks=pytest.mark.criterion("phase3.exposure"))])
def test_two(step: str) -> None: ...


def helper() -> None: ...


LOCK = pytest.mark.criterion("phase2.exposure")


@LOCK
def test_three() -> None: ...
"""


def test_marks_are_found_wherever_they_stand(tmp_path: Path) -> None:
    """
    On the function, on the module, inside a parameter and behind a name.
    """
    file = tmp_path / "test_sample.py"
    file.write_text(SOURCE, encoding="utf-8")
    assert [(check.node, check.marks) for check in checks_of(file, tmp_path)] == [
        ("test_sample.py::test_one", ("services-healthy", "phase1.flags-disabled")),
        ("test_sample.py::test_two", ("services-healthy", "phase3.exposure")),
        ("test_sample.py::test_three", ("services-healthy", "phase2.exposure")),
    ]


def test_every_marked_id_exists() -> None:
    """
    No test bears a criterion that plan.toml does not have.
    """
    plan = load_plan()
    unknown = [(check.node, mark) for check in scan(plan) for mark in check.marks if not full_ids(plan, mark)]
    assert unknown == []


def test_every_criterion_that_tests_prove_has_a_test() -> None:
    """
    A criterion of source `tests` without a test could never be met.
    """
    plan = load_plan()
    proven = checks_by_criterion(plan)
    wanted = [full_id for full_id in plan.criterion_ids() if plan.criterion(full_id).source is EvidenceSource.TESTS]
    assert [full_id for full_id in wanted if full_id not in proven] == []


def test_what_is_measured_has_a_next_step_for_each_verdict() -> None:
    """
    Where nothing was shown something else is due than where it does not hold.
    """
    measured = [
        each
        for each in load_plan().criteria
        if each.source in (EvidenceSource.TESTS, EvidenceSource.LOAD, EvidenceSource.METRIC)
    ]
    assert [each.id for each in measured if not each.next_unproven] == []


def test_a_redis_without_a_limit_is_told_to_get_one_where_nothing_is_shown() -> None:
    """
    No share of its memory can be told then: that is never a breach, so the step belongs to UNPROVEN alone.
    """
    mine = [each for each in load_plan().criteria if each.metric == "redis.memory_percent"]
    assert mine
    for each in mine:
        assert "set maxmemory" in (each.next_unproven or "")
        assert "maxmemory" not in each.next


def test_what_people_say_has_a_next_step_for_each_verdict() -> None:
    """
    Who refused is not asked for a missing signature.
    """
    said = [each for each in load_plan().criteria if each.source in (EvidenceSource.ATTESTATION, EvidenceSource.DRILL)]
    assert [each.id for each in said if not each.next_broken] == []


def test_every_check_has_a_fault_that_turns_it_red() -> None:
    """
    A criterion is red with the first of its checks: each of the others is seen to fail by a fault of its own choice.
    """
    plan = load_plan()
    named = expectations_of(suite_of(plan)).checks
    assert [check.node for check in scan(plan) if not named.get(check.node)] == []


def test_an_id_without_a_phase_means_all_its_phases() -> None:
    """
    `services-healthy` is proven in each phase that names it, `phase1.services-healthy` in that one.
    """
    plan = load_plan()
    check = Check("smoke/test_a.py::test_a", ("services-healthy",))
    assert len(checks_by_criterion(plan, [check])) == 5
    assert full_ids(plan, "phase1.services-healthy") == ["phase1.services-healthy"]


def test_the_parameters_of_each_check_are_named_by_words() -> None:
    """
    They end its title in Allure, where somebody signs: `user 1`, not `1`.
    """
    command = (sys.executable, "-m", "pytest", "-q", "-n", "0", "--collect-only", "-p", "no:cacheprovider")
    done = subprocess.run((*command, "smoke", "integration"), cwd=ROOT, capture_output=True, text=True, check=True)
    named = {line.partition("[")[2].rstrip("]") for line in done.stdout.splitlines() if "[" in line and "::" in line}
    assert len(named) > 20
    assert {each for each in named if not each.startswith("/") and not re.search(r"[a-zA-Z]{2}", each)} == set()


def waits_for_reviews(file: Path) -> list[str]:
    """The checks of a file that wait for the end of a review, and do not need the first review of the run."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    whole = any(isinstance(node, ast.Assign) and uses_first_review(ast.unparse(node)) for node in tree.body)
    tests = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))
    waiting = (test for test in tests if re.search(r"\.ended\(|\breview_of_nothing\(", ast.unparse(test)))
    return [test.name for test in waiting if not whole and not uses_first_review(ast.unparse(test.args))]


def uses_first_review(code: str) -> bool:
    """Whether *code* names a fixture that is an obstacle where the first review failed."""
    return bool(re.search(r"\b(reviewable|reviewed|reviewer|completed)\b", code))


def test_every_check_of_a_review_waits_for_the_first_one() -> None:
    """
    Where no review completes, that is the cause once, and no accusation by each check that could not reach its subject.
    """
    found = [name for file in sorted((ROOT / "integration").glob("test_*.py")) for name in waits_for_reviews(file)]
    assert found == ["test_a_review_that_cannot_work_is_reported_failed"]
