"""Separate findings about the target from obstacles: an obstacle is a cause for UNPROVEN, never a failure of the target.

The setup of a test prepares its subject, its body checks the subject. A failed assertion in the setup is therefore an
obstacle. Any other exception is a defect of the check, in setup and body.
"""

from pathlib import Path

import pytest

from rollout.error_words import first_line, without_assert
from rollout.pytest_plugin.first_failure import first_failure
from rollout.pytest_plugin.harmless import harmless
from rollout.pytest_plugin.report_properties import property_of
from rollout.target.answer import summary_of
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle
from rollout.target.settings import TargetError

OBSTACLE = "rollout-obstacle"  # property of a report: kind, cause, way out
DEPTH = "rollout-depth"  # property of a test: the number of its fixtures
SAYS = (pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception, KeyboardInterrupt)


def note_obstacle(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Note the obstacle of a failed test in its report; unless it is a defect of the check, the outcome becomes skipped."""
    met = obstacle_of(call) if report.failed else None
    if met is None:
        return
    told = {name: harmless(text) for name, text in met.items()}
    report.user_properties.append((OBSTACLE, told))
    if told["kind"] != "defect":
        path, line, _ = item.location
        report.outcome = "skipped"
        report.longrepr = (str(item.config.rootpath / path), line or 0, f"Skipped: {told['cause']}")


def obstacle_of(call: pytest.CallInfo[None]) -> dict[str, str] | None:
    """The obstacle of a test: its kind, cause and way out; None if there is none, or if it hides a wrong answer."""
    if call.excinfo is None or isinstance(error := first_failure(call.excinfo.value), SAYS):
        return None
    if isinstance(error, Obstacle):
        return {"kind": error.kind, "cause": cause_of(error), "way_out": error.way_out}
    if isinstance(error, TargetError):
        return {"kind": "not-configured", "cause": one_line(str(error)), "way_out": ""}
    if isinstance(error, AssertionError):
        return {"kind": "not-reached", "cause": cause_of(error), "way_out": ""} if call.when == "setup" else None
    place = call.excinfo.traceback[-1]
    cause = f"the check itself is defective: {type(error).__name__}: {one_line(str(error))}"
    return {"kind": "defect", "cause": f"{cause} ({Path(place.path).name}:{place.lineno + 1})", "way_out": ""}


def cause_of(error: AssertionError) -> str:
    """The cause in one line, equal for all checks with the same cause."""
    return one_line(without_assert(first_line(summary_of(error)) or type(error).__name__))


def told_obstacle(report: pytest.TestReport) -> dict[str, str] | None:
    """The obstacle noted in a report; None if there is none."""
    told: dict[str, str] | None = property_of(report.user_properties, OBSTACLE)
    return told


def crash(report: pytest.TestReport) -> dict[str, str]:
    """The obstacle of a test whose pytest-xdist worker ended during it; this is no evidence about the target."""
    cause = one_line(str(report.longrepr).partition(" while running")[0])
    return {"kind": "defect", "cause": cause, "way_out": "find out what ended that process, and run the tests again"}
