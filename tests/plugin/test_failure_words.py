"""An error becomes words in one place: no class paths and no code in what a decision says."""

from pathlib import Path

import httpx
import pytest

from rollout.evidence.records import TestOutcome
from rollout.pytest_plugin.failure_words import failure_words
from rollout.target.answer import Unexpected
from tests.plugin.small_suite import pytest_run

SENTENCE = "The door opens"
SUITE = """import pytest

from rollout.target.http import NoAnswer

pytestmark = pytest.mark.criterion("phase1.flags-disabled")


def test_compared():
    \"\"\"
    The door opens.
    \"\"\"
    assert "1" == "user"


def test_found():
    \"\"\"The list is empty.\"\"\"
    found = ["a"]
    assert not found


def test_of_no_words():
    assert False


def test_of_a_class():
    raise NoAnswer("GET /x: got nothing, want an answer")
"""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param("got 3, want 2\nassert 3 == 2", "got 3, want 2", id="its own words"),
        pytest.param("assert got 1, want 2", "The door opens: got 1, want 2", id="a bare assert"),
        pytest.param("assert None", "The door opens: got None, want some", id="nothing"),
        pytest.param("assert False\n +  where False = f()", "The door opens: this does not hold", id="no value"),
        pytest.param("", "The door opens: this does not hold", id="no word at all"),
        pytest.param(
            "open did not hold within 5 s; last: assert got 1, want 2",
            "open did not hold within 5 s; last: got 1, want 2",
            id="a wait",
        ),
    ],
)
def test_an_assertion_is_told_in_words(said: str, words: str) -> None:
    """
    A bare assert by the sentence of its check and what was got and wanted, any other as it is said.
    """
    assert failure_words(AssertionError(said), SENTENCE) == words


def test_the_class_of_an_error_is_not_told() -> None:
    """
    Where a class lives in the code is nothing for whoever decides.
    """
    answer = httpx.Response(500, request=httpx.Request("GET", "http://t/x"))
    assert failure_words(Unexpected("GET /x: got 500, want 200", answer), SENTENCE).startswith("GET /x: got 500")


def test_journals_and_the_summary_hold_words_and_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    From the assert of a check to the message of its outcome, and to the line in which a gate tells of it.
    """
    suite = tmp_path / "s" / "test_words.py"
    suite.parent.mkdir()
    suite.write_text(SUITE, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "240")
    said, journals = pytest_run(suite)
    outcomes = journals["phase1"].of(TestOutcome)
    assert [record.message for record in outcomes] == [
        "The door opens: got '1', want 'user'",
        "The list is empty: got ['a'], want none",
        "of no words: this does not hold",
        "GET /x: got nothing, want an answer",
    ], said
    assert "::test_of_a_class - GET /x: got nothing, want an answer\n" in said
    assert "::test_compared - The door opens: got '1', want 'user'\n" in said
