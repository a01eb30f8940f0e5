"""Case 20: a check that no run of the release ever collected, since each of them was told to look elsewhere."""

from pathlib import Path

import pytest

from rollout.evidence import Run, read_ledger
from rollout.evidence.records import TestsCollected
from rollout.judge.decide import decide
from rollout.judge.verdict import Outcome
from rollout.plan import load_plan
from tests.judge.ledgers import CHECK, NOW, everything, judged, reason, start, tell
from tests.plugin.small_suite import pytest_run

KNOWN = """
import pytest

@pytest.mark.criterion("services-healthy")
def test_alive():
    pass
"""
MARK = 'import pytest\n\nhealthy = pytest.mark.criterion("services-healthy")\n'
HIDDEN = "from marks import healthy\n\n@healthy\ndef test_it_is_broken():\n    assert False\n"
IGNORES = """

def pytest_ignore_collect(collection_path):
    return True if "hidden" in collection_path.name else None
"""


def suite(folder: Path) -> Path:
    """A suite with a check that passes, and one that fails behind an imported mark, which no scan of the source sees."""
    smoke = folder / "smoke"
    smoke.mkdir()
    (smoke / "test_known.py").write_text(KNOWN, encoding="utf-8")
    (smoke / "test_hidden.py").write_text(HIDDEN, encoding="utf-8")
    (folder / "marks.py").write_text(MARK, encoding="utf-8")
    return smoke


def searched(run: Run) -> tuple[list[str], tuple[str, ...]]:
    """The folders of tests that a run knew, and those that it did not search."""
    (told,) = run.of(TestsCollected)
    return list(told.sources), told.left


def held(folder: Path) -> list[str]:
    """Why the checks are not known, if they are not."""
    plan, ledger = load_plan(folder / "plan.toml"), read_ledger([folder / "j"])
    decision = decide(plan, "phase1", ledger, ledger.runs[-1].newest + 1)
    return [found.reason for found in decision.findings if found.id == "phase1.checks-collected"]


def test_a_check_behind_a_file_that_was_never_named_holds(tmp_path: Path) -> None:
    """
    Case 20: the one file that passes is run alone, so that nobody ever collects the check that fails.
    """
    smoke = suite(tmp_path)
    said, journals = pytest_run(smoke / "test_known.py", "-m", "phase1", "-c", "")
    assert searched(journals["phase1"]) == (["smoke"], ("smoke",)), said
    assert held(tmp_path) == ["every run of tests left files out of smoke: there may be checks that nobody knows"]
    pytest_run(smoke, "-m", "phase1", "-k", "alive", "-c", "", "-p", "no:cacheprovider")
    assert held(tmp_path) == []


@pytest.mark.stack
@pytest.mark.parametrize(
    "words",
    [
        ("--ignore", "smoke/test_hidden.py"),
        ("--ignore-glob", "*hidden*"),
        ("-o", "python_files=test_known.py"),
        ("-c", "other.ini"),
        ("--continue-on-collection-errors",),
    ],
)
def test_an_option_that_hides_a_file_hides_no_check(tmp_path: Path, words: tuple[str, ...]) -> None:
    """
    Case 20: by name, by pattern, by a setting or another file of settings, or since it cannot be imported.
    """
    smoke = suite(tmp_path)
    (tmp_path / "other.ini").write_text("[pytest]\npython_files = test_known.py\n", encoding="utf-8")
    if "--continue-on-collection-errors" in words:
        (tmp_path / "marks.py").unlink()
    said, journals = pytest_run(smoke, "-m", "phase1", "-c", "", *words)
    assert searched(journals["phase1"]) == (["smoke"], ("smoke",)), said


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("smoke/conftest.py", "collect_ignore = ['test_hidden.py']\n", id="a list of a conftest"),
        pytest.param("conftest.py", IGNORES, id="a hook of a conftest"),
        pytest.param("pytest.ini", "[pytest]\npython_files = test_known.py\n", id="settings that nobody named"),
        pytest.param("tox.ini", "[pytest]\naddopts = --ignore smoke/test_hidden.py\n", id="words in other settings"),
    ],
)
def test_a_file_of_the_project_that_hides_another_hides_no_check(tmp_path: Path, file: str, text: str) -> None:
    """
    Case 20: what pytest read is compared with what there is, whoever told it to leave a file out.
    """
    smoke = suite(tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as found:
        found.write(text)
    said, journals = pytest_run(smoke, "-m", "phase1", "-c", "")
    assert searched(journals["phase1"]) == (["smoke"], ("smoke",)), said


@pytest.mark.stack
def test_whole_folders_are_searched_however_they_are_named(tmp_path: Path) -> None:
    """
    Case 20, the other way: a folder, the project, and a worker's collection are whole, whatever was deselected.
    """
    smoke = suite(tmp_path)
    for words in (("-k", "alive"), (str(tmp_path),), ("-n", "1")):
        said, journals = pytest_run(smoke, "-m", "phase1", "-c", "", *words)
        assert searched(journals["phase1"]) == (["smoke"], ()), said


def test_a_check_added_after_the_last_whole_run_holds(tmp_path: Path) -> None:
    """
    Case 20: the source that the newest run had was never searched, though an older one was.
    """
    everything(tmp_path)
    for at, source, left in ((NOW - 3000, "one", ()), (NOW - 2000, "two", ("smoke",))):
        with start(tmp_path, "pytest", at=at, checks={"stage.answers": [CHECK]}) as journal:
            tell(journal, CHECK, "passed")
            journal.append(TestsCollected(nodes={"stage.answers": (CHECK,)}, sources={"smoke": source}, left=left))
        expected = Outcome.HOLD if left else Outcome.GO
        assert judged(tmp_path).outcome is expected
    assert reason(judged(tmp_path), "checks-collected").startswith("every run of tests left files out of smoke")
