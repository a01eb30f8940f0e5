"""The outcome of each part of a test, setup, call and teardown, and of all of them together."""

from math import inf
from typing import Any

import pytest

from rollout.evidence.records import TestStatus
from rollout.pytest_plugin.failure_words import told_failure
from rollout.pytest_plugin.last_request import with_request
from rollout.pytest_plugin.marks import NOT_APPLICABLE
from rollout.pytest_plugin.obstacles import crash, told_obstacle
from rollout.pytest_plugin.target_wait import told_wait

HARMLESS = ("passed", "skipped")
BLANK: dict[str, Any] = {
    "outcome": "passed",
    "duration_s": 0.0,
    "message": "",
    "properties": [],
    "ran": False,
    "obstacle": None,
    "waited": None,
}


def found_in(report: pytest.TestReport) -> dict[str, Any]:
    """The outcome of one report, with its message and what may excuse it: an obstacle, or a target that waited."""
    if is_crash(report):
        return {"outcome": "error", "message": message_of(report), "obstacle": crash(report), "waited": None}
    if obstacle := told_obstacle(report):
        return {"outcome": "skipped", "message": obstacle["cause"], "obstacle": obstacle, "waited": None}
    outcome = "error" if report.failed and report.when != "call" else report.outcome
    message = with_request(message_of(report), report.user_properties)
    return {"outcome": outcome, "message": message, "obstacle": None, "waited": told_wait(report)}


def is_crash(report: pytest.TestReport) -> bool:
    """Whether this is pytest-xdist's report of a test whose worker crashed."""
    return report.when not in ("setup", "call", "teardown")


def severity(found: dict[str, Any]) -> tuple[int, float]:
    """
    The order of outcomes of one test; what may be excused is less severe than a failure without an excuse.

    Of equal ones the first is kept. So no crash and no target without a processor hides what the body saw.
    """
    if found["outcome"] in HARMLESS:
        return HARMLESS.index(found["outcome"]), 0.0
    return len(HARMLESS), -inf if found["obstacle"] else -(found["waited"] or 0.0)


def outcome_of(entry: dict[str, Any]) -> tuple[TestStatus, str]:
    """The outcome for the journal, with its message: a test whose body did not run is never passed."""
    outcome, ran = entry["outcome"], entry["ran"]
    if outcome == "passed" and not ran:
        return "skipped", "its body did not run"
    if outcome == "skipped" and not ran and any(name == NOT_APPLICABLE for name, _ in entry["properties"]):
        return "not-applicable", entry["message"]
    return outcome, entry["message"]


def message_of(report: pytest.TestReport) -> str:
    """The reason in one line why a test did not pass; for a crashed worker the text of pytest-xdist."""
    if (told := told_failure(report)) is not None:
        return told
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    lines = str(crash.message if crash else report.longrepr or "").strip().splitlines()
    return lines[0] if lines else report.outcome
