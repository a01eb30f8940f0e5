"""The workflows against a backend that lets people in and then answers nonsense: findings, never a crash."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rollout.embedded import booted
from rollout.evidence import read_ledger
from rollout.evidence.records import TestOutcome
from tests.target.relay import relay
from xcodereviewer.suite import SUITE

pytestmark = [pytest.mark.slow, pytest.mark.stack]
WITHIN_S = 300
WHAT = ["integration", "--deselect", "integration/test_crashes", "--deselect", "integration/test_exposure.py"]
CRASH = re.compile(r"^(?!AssertionError)\w*(Error|Exception|Group)\b")


@pytest.fixture(scope="module")
def backend() -> Iterator[dict[str, Any]]:
    """A stand-in of this module's own."""
    with booted(SUITE, os.getpid()) as state:
        yield state


@pytest.mark.parametrize(
    ("spoilt", "only_reading"),
    [
        pytest.param(b"[]", False, id="lists instead of objects"),
        pytest.param(b"null", True, id="reading finds nothing"),
        pytest.param(b'{"items": [], "total": 0, "page": 1, "page_size": 20}', True, id="every page is empty"),
        pytest.param(b'{"items": NaN, "total": -1, "hits": 1e999}', False, id="numbers that are none"),
    ],
)
def test_a_spoilt_answer_is_a_finding(
    backend: dict[str, Any], tmp_path: Path, spoilt: bytes, only_reading: bool
) -> None:
    """
    Every complaint says what was got and wanted, in one line, and the run comes to its own end.
    """
    port = backend["services"]["backend"]["port"]
    with relay(port, spoilt, only_reading) as address:
        state = tmp_path / "state.json"
        state.write_text(json.dumps({**backend, "base_url": address}), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", *WHAT, "-q", "--tb=line", "--journals", str(tmp_path)]
        environment = {**os.environ, "ROLLOUT_STANDIN_STATE": str(state)}
        ended = subprocess.run(
            command,
            cwd=Path(__file__).resolve().parents[2],
            env=environment,
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout[-2000:]
    bad = [
        record.message
        for run in read_ledger([tmp_path]).runs
        for record in run.of(TestOutcome)
        if record.outcome in ("failed", "error")
    ]
    assert bad
    assert [message for message in bad if CRASH.match(message) or "\n" in message] == []
