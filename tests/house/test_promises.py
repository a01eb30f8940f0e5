"""Each check rests on a sentence of the plan or of the published API, or is advisory."""

from pathlib import Path

import pytest

from rollout.checks import Check, checks_by_criterion, checks_of, scan
from rollout.plan import Plan, load_plan
from rollout.prove.evidence_code import done_by
from rollout.suite_code import SuiteCode
from rollout.trace import says, sentences
from xcodereviewer.published import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("plan", "api", "advisory")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


@pytest.fixture(scope="module")
def every(plan: Plan) -> list[Check]:
    """Every check of the suite."""
    return scan(plan)


def kind(check: Check) -> str:
    """What sort of sentence a check rests on."""
    return check.promise.partition(": ")[0]


def text(check: Check) -> str:
    """The sentence itself."""
    return check.promise.partition(": ")[2]


def test_every_check_says_what_it_rests_on(every: list[Check]) -> None:
    """
    Mark it: @pytest.mark.promise("plan: SENTENCE"), "api: SENTENCE OR OPERATION OF docs/api.md" or "advisory: WHY".
    """
    assert [check.node for check in every if kind(check) not in KINDS or not text(check)] == []


def test_what_rests_on_the_plan_quotes_it(every: list[Check]) -> None:
    """
    Each `plan:` is a sentence of docs/rollout-plan.md, word for word.
    """
    words = [sentence.text for sentence in sentences((ROOT / "docs" / "rollout-plan.md").read_text(encoding="utf-8"))]
    wrong = [
        f"{check.node}: {check.promise}"
        for check in every
        if kind(check) == "plan" and not any(says(text(check), sentence) for sentence in words)
    ]
    assert wrong == []


def test_what_rests_on_the_api_quotes_it(every: list[Check]) -> None:
    """
    Each `api:` stands in docs/api.md, word for word.
    """
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [
        f"{check.node}: {check.promise}" for check in every if kind(check) == "api" and text(check) not in page
    ] == []


def test_only_advisory_criteria_have_checks_that_rest_on_nothing(plan: Plan, every: list[Check]) -> None:
    """
    A check that nobody promised decides nothing, and an advisory criterion has no other ones.
    """
    for check in every:
        for full_id in checks_by_criterion(plan, [check]):
            assert plan.criterion(full_id).advisory == (kind(check) == "advisory"), f"{check.node}: {full_id}"


def test_the_published_operations_are_those_of_the_page() -> None:
    """
    xcodereviewer/published.py and docs/api.md name the same ones.
    """
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [str(operation) for operation in OPERATIONS if f"`{operation}`" not in page] == []


@pytest.mark.parametrize(
    ("marks", "promise"),
    [
        pytest.param('@pytest.mark.promise("api: y")\n', "api: y", id="its own comes before the file's"),
        pytest.param("", "plan: x", id="the file's counts where it has none"),
    ],
)
def test_a_promise_is_no_part_of_what_a_check_does(tmp_path: Path, marks: str, promise: str) -> None:
    """
    Saying what a check rests on leaves its proof as it is.
    """
    head = 'import pytest\npytestmark = [pytest.mark.criterion("c"), pytest.mark.promise("plan: x")]\n'
    file, bare = tmp_path / "test_marked.py", tmp_path / "test_bare.py"
    file.write_text(f"{head}{marks}def test_it(): assert 1\n", encoding="utf-8")
    bare.write_text(
        'import pytest\npytestmark = [pytest.mark.criterion("c")]\ndef test_it(): assert 1\n', encoding="utf-8"
    )
    (marked,) = checks_of(file, tmp_path)
    code = SuiteCode(tmp_path)
    assert marked.promise == promise
    assert done_by(code.test("test_marked.py::test_it"), code) == done_by(code.test("test_bare.py::test_it"), code)
