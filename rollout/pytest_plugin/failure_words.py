"""
Say in words why a check failed: the one place where an error becomes the message of an outcome.

What an error says is told without the name of its class. A bare assert says nothing by itself: it is told by the
sentence of the check, which is the first line of its docstring, and by what was got and wanted.
"""

import pytest

from rollout.error_words import NOTHING_TOLD, first_line, without_assert
from rollout.pytest_plugin.harmless import harmless

FAILURE = "rollout-failure"  # property of a report


def note_failure(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Note in a failed report why, in one line; pytest's own summary and JUnit say the same."""
    if report.failed and call.excinfo is not None:
        told = harmless(failure_words(call.excinfo.value, sentence_of(item)))
        report.user_properties.append((FAILURE, told))
        if crash := getattr(report.longrepr, "reprcrash", None):
            crash.message = told


def told_failure(report: pytest.TestReport) -> str | None:
    """The words noted in a report; None where no test of a process of ours wrote it."""
    return next((str(value) for name, value in report.user_properties if name == FAILURE), None)


def failure_words(error: BaseException, sentence: str) -> str:
    """Why a check failed about which its *sentence* says what should hold."""
    said = first_line(str(error))
    if not said or said.startswith("assert "):
        return f"{sentence}: {without_assert(said) or NOTHING_TOLD}"
    return without_assert(said)


def sentence_of(item: pytest.Item) -> str:
    """What a check says of itself: the first line of its docstring, else its name as words."""
    lines = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else item.name.removeprefix("test_").replace("_", " ")
