"""Tell what a test found from what kept it from looking: an obstacle is a cause, never an accusation.

The setup of a test is the way to its subject and its body is about the subject, so an assertion that fails in the
setup is a cause; another error of Python is a defect of the check, wherever it happens.
"""

from pathlib import Path

import pytest

from rollout.error_words import first_line, without_assert
from rollout.pytest_plugin.harmless import harmless
from rollout.target.answer import summary_of
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle
from rollout.target.settings import TargetError

OBSTACLE = "rollout-obstacle"  # property of a report: kind, cause, way out
DEPTH = "rollout-depth"  # property of a test: how many fixtures it builds on
SAYS = (pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception, KeyboardInterrupt)


def note_obstacle(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Note the obstacle that a failed test met; one that lies before the check itself makes it skipped."""
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
    """What kept a test from its subject; None where nothing did."""
    if call.excinfo is None or isinstance(error := call.excinfo.value, SAYS):
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
    """What failed on the way, in one line that other checks say the same way."""
    return one_line(without_assert(first_line(summary_of(error)) or type(error).__name__))


def told_obstacle(report: pytest.TestReport) -> dict[str, str] | None:
    """The obstacle noted in a report."""
    return next((value for name, value in report.user_properties if name == OBSTACLE), None)  # type: ignore[return-value]
