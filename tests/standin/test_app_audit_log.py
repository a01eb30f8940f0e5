"""What the log says about accounts."""

import io
import json
import logging
from pathlib import Path

import pytest

from standin import faults
from standin.app import audit_log


@pytest.mark.parametrize(
    ("on", "said"),
    [({}, "signed in: 'ann'"), ({"secrets-logged": {}}, "signed in: 'ann' password=hunter2")],
    ids=["ordinarily", "with the fault"],
)
def test_the_log_tells_who_and_no_secret(tmp_path: Path, on: dict[str, object], said: str) -> None:
    """
    Secrets are written by the fault alone.
    """
    file = tmp_path / "on.json"
    file.write_text(json.dumps(on), encoding="utf-8")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    audit_log.install()
    audit_log.LOGGER.addHandler(handler)
    faults.configure(file)
    try:
        audit_log.note("signed in", "ann", password="hunter2")
    finally:
        faults.configure(None)
        audit_log.LOGGER.removeHandler(handler)
    assert written.getvalue().splitlines() == [said]
