"""
Turn the error of a failed check into the message of its outcome; the only place for that.

The message names no class of a failed assertion. For a bare assert it consists of the check's sentence, which is the first
line of its docstring, and of the values that were got and wanted.
"""

import pytest

from rollout.error_words import NOTHING_TOLD, first_line, without_assert
from rollout.pytest_plugin.first_failure import first_failure, later_words
from rollout.pytest_plugin.harmless import harmless
from rollout.pytest_plugin.report_properties import property_of

FAILURE = "rollout-failure"  # property of a report


def note_failure(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Write the message of one line into a failed report, also for pytest's summary and JUnit."""
    if report.failed and call.excinfo is not None:
        told = harmless(failure_words(call.excinfo.value, sentence_of(item)))
        report.user_properties.append((FAILURE, told))
        if crash := getattr(report.longrepr, "reprcrash", None):
            crash.message = told


def told_failure(report: pytest.TestReport) -> str | None:
    """The message noted in a report; None if `note_failure` did not see it, as after a crash of a worker."""
    told: str | None = property_of(report.user_properties, FAILURE)
    return told


def failure_words(error: BaseException, sentence: str) -> str:
    """The message of the failure that an *error* is about, then the error that hides it; *sentence* is the check's."""
    failure = first_failure(error)
    said, later = words_of(failure, sentence), later_words(error, failure)
    return f"{said}; then: {later}" if later else said


def words_of(failure: BaseException, sentence: str) -> str:
    """The message of a *failure* alone; *sentence* is the behaviour that the check expects."""
    said = first_line(str(failure))
    if not said or said.startswith("assert "):
        return f"{sentence}: {without_assert(said) or NOTHING_TOLD}"
    return without_assert(said)


def sentence_of(item: pytest.Item) -> str:
    """The sentence of a check: the first line of its docstring, else its name as words."""
    lines = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else item.name.removeprefix("test_").replace("_", " ")
