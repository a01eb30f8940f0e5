"""Whatever check fails, its message brings the request that went to the target last."""

from pathlib import Path

from rollout.evidence.records import TestOutcome
from rollout.pytest_plugin.last_request import LAST_REQUEST, with_request
from tests.plugin.small_suite import pytest_run

SUITE = """
import pytest
from rollout.target.http import Client, NoAnswer

pytestmark = pytest.mark.criterion("phase1.services-healthy")

def test_asked_and_failed(target):
    with Client(target.url()) as client, pytest.raises(NoAnswer):
        client.get("/health")
    assert False, "it is not well"

def test_asked_nothing():
    assert False, "it is not well either"
"""


def test_a_failure_brings_the_last_request(tmp_path: Path) -> None:
    """
    Also where the check compared something itself; a check that asked nothing brings none.
    """
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_suite.py").write_text(SUITE, encoding="utf-8")
    said, runs = pytest_run(tmp_path / "tests", "-m", "phase1")
    assert runs, said
    messages = [record.message for record in runs["phase1"].of(TestOutcome)]
    assert messages[0].endswith("it is not well; last request: curl -X GET http://127.0.0.1:9/health")
    assert messages[1].endswith("it is not well either")


def test_a_message_with_its_own_command_stays_as_it_is() -> None:
    """
    An unexpected answer names its request already.
    """
    told: list[tuple[str, object]] = [(LAST_REQUEST, "curl -X GET http://t/other")]
    assert with_request("got 500; curl -X GET http://t/x", told) == "got 500; curl -X GET http://t/x"
