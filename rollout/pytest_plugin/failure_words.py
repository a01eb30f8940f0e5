"""
Say in words why a check failed: the one place where an error becomes the message of an outcome.

What an error says is told without the name of its class. A bare assert says nothing by itself: it is told by the
sentence of the check, which is the first line of its docstring, and by what was got and wanted.
"""

import re

import pytest

from rollout.pytest_plugin.harmless import harmless

FAILURE = "rollout-failure"  # property of a report
BARE = re.compile(r"^(.*?last: )?assert (.+)$")  # what pytest writes in place of a message, in a wait too
EMPTY = re.compile(r"False|None|0|\[\]|\{\}|\(\)|''|set\(\)")
NOTHING_TOLD = "this does not hold"


def note_failure(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Note in a failed report why, in one line."""
    if report.failed and call.excinfo is not None:
        told = failure_words(call.excinfo.value, sentence_of(item))
        report.user_properties.append((FAILURE, harmless(told)))


def told_failure(report: pytest.TestReport) -> str | None:
    """The words noted in a report; None where no test of a process of ours wrote it."""
    return next((str(value) for name, value in report.user_properties if name == FAILURE), None)


def failure_words(error: BaseException, sentence: str) -> str:
    """Why a check failed about which its *sentence* says what should hold."""
    said = first_line(str(error))
    if not said or said.startswith("assert "):
        return f"{sentence}: {without_assert(said) or NOTHING_TOLD}"
    return without_assert(said)


def without_assert(said: str) -> str:
    """A line with the words of its bare assert in place of the code; empty where that tells nothing."""
    bare = BARE.match(said)
    return (bare[1] or "") + difference(bare[2]) if bare else said


def difference(asserted: str) -> str:
    """What an assert compared, which is in words already, or what it found instead of something or of nothing."""
    if found := re.match(r"not (.+)", asserted):
        return f"got {found[1]}, want none"
    if EMPTY.fullmatch(asserted):
        return NOTHING_TOLD if asserted == "False" else f"got {asserted}, want some"
    return asserted


def first_line(said: str) -> str:
    """The first line of what an error says; of one that says nothing an empty one."""
    lines = said.strip().splitlines()
    return lines[0] if lines else ""


def sentence_of(item: pytest.Item) -> str:
    """What a check says of itself: the first line of its docstring, else its name as words."""
    lines = (getattr(getattr(item, "obj", None), "__doc__", None) or "").strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else item.name.removeprefix("test_").replace("_", " ")
