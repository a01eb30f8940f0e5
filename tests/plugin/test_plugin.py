"""The pytest plugin from outside: phases are derived, outcomes become one journal a phase, unknown ids fail."""

from pathlib import Path

import pytest

from rollout.evidence import JournalState
from rollout.evidence.records import TestOutcome
from tests.plugin.small_suite import pytest_run

pytestmark = pytest.mark.stack
SUITE = """
import pytest


@pytest.mark.criterion("services-healthy")
def test_alive(record_property):
    record_property("answer_ms", 12.5)


@pytest.mark.criterion("phase1.flags-disabled")
def test_flags():
    assert {"USE_BACKEND_API": True} == {}, "postgres://u:s3cretword@db/x"


@pytest.mark.criterion("phase2.exposure")
def test_exposure():
    pytest.skip("no flag to ask")


@pytest.mark.criterion("phase1.flags-disablet")
def test_misspelt():
    pass


def test_without_criterion():
    pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A small suite of its own, outside of the project."""
    file = tmp_path / "smoke" / "test_suite.py"
    file.parent.mkdir()
    file.write_text(SUITE, encoding="utf-8")
    return file


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["serial", "two workers"])
def test_a_phase_selects_exactly_its_evidence(suite: Path, workers: tuple[str, ...]) -> None:
    """
    `-m phase1` runs the tests whose criteria phase 1 has, and writes their outcomes, redacted, to one journal.
    """
    said, journals = pytest_run(suite, "-m", "phase1", *workers)
    assert "1 failed, 1 passed" in said, said
    assert list(journals) == ["phase1"]
    run = journals["phase1"]
    outcomes = {record.node.partition("::")[2]: record for record in run.of(TestOutcome)}
    assert run.state is JournalState.COMPLETE
    assert {name: record.outcome for name, record in outcomes.items()} == {
        "test_alive": "passed",
        "test_flags": "failed",
    }
    assert outcomes["test_alive"].measured == {"answer_ms": 12.5}
    assert "s3cretword" not in run.path.read_text(encoding="utf-8")


def test_two_phases_get_a_journal_each(suite: Path) -> None:
    """
    A run that serves two phases leaves complete evidence in both, and none in the others.
    """
    _, journals = pytest_run(suite, "-m", "phase1 or phase2")
    assert sorted(journals) == ["phase1", "phase2"]
    assert [record.outcome for record in journals["phase2"].of(TestOutcome)] == ["passed", "skipped"]


def test_an_unknown_criterion_fails_its_test(suite: Path) -> None:
    """
    A misspelt id is an error that names the nearest known one.
    """
    said, _ = pytest_run(suite, "-k", "misspelt or alive")
    assert "no criterion 'phase1.flags-disablet'; did you mean 'phase1.flags-disabled'?" in said
    assert "1 passed, 3 deselected, 1 error" in said


def test_a_misspelt_variable_stops_the_run(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An unknown XCR_ variable ends the run in one line, before any test.
    """
    monkeypatch.setenv("XCR_BASE_ULR", "http://127.0.0.1:9")
    said, journals = pytest_run(suite, "-m", "phase1")
    assert "no setting 'XCR_BASE_ULR'; did you mean base_url in targets/staging.toml?" in said
    assert journals == {}


def test_a_long_list_is_whole_in_the_journal(suite: Path) -> None:
    """
    All of a thousand names, and of a text without end the beginning, with how much is left out.
    """
    mark = '@pytest.mark.criterion("services-healthy")'
    names = ", ".join(f"operation-{number:04}" for number in range(1000))
    texts = {"list": repr(names), "text": "'word ' * 14_000"}
    bodies = [f"{mark}\ndef test_{name}(): assert 0, {text}" for name, text in texts.items()]
    suite.write_text("import pytest\n" + "\n".join(bodies), encoding="utf-8")
    _, journals = pytest_run(suite, "-m", "phase1")
    told = {record.node.partition("::")[2]: record.message for record in journals["phase1"].of(TestOutcome)}
    assert names in told["test_list"]
    assert told["test_text"] == "word " * 12_800 + "… and 6,000 more characters"


def test_of_a_broken_criterion_only_the_tests_that_are_named_go_on(suite: Path) -> None:
    """
    A proof asks for the first failure of each criterion, and for single tests whatever failed before.
    """
    mark = '@pytest.mark.criterion("services-healthy")'
    bodies = [f"{mark}\n@pytest.mark.parametrize('x', [1, 2])\ndef test_{name}(x): assert 0" for name in "abc"]
    suite.write_text("import pytest\n" + "\n".join(bodies), encoding="utf-8")
    named = "smoke/test_suite.py::test_c"
    _, journals = pytest_run(suite, "-m", "phase1", "--until-broken", f"--whatever-broken={named}")
    outcomes = {record.node.partition("::")[2]: record.outcome for record in journals["phase1"].of(TestOutcome)}
    assert [name for name, outcome in outcomes.items() if outcome == "failed"] == [
        "test_a[1]",
        "test_c[1]",
        "test_c[2]",
    ]
