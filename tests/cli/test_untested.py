"""What no run can show, since nobody wrote what would: `rollout doctor` says it before a gate begins."""

from pathlib import Path

import pytest

from rollout.cli.examination import untested
from rollout.plan import EvidenceSource, load_plan


def test_a_load_that_nobody_wrote_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The suite names a locustfile that the project does not have; where it is there, every load can run.
    """
    plan = load_plan()
    by_load = {name for name in plan.criterion_ids() if plan.criterion(name).source is EvidenceSource.LOAD}
    assert not by_load & untested(plan).keys()
    (tmp_path / "plan.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert {untested(plan)[name] for name in by_load} == {
        "no load shows it: the project has no load/locustfile.py; write it, or name another one in the SUITE"
    }
