"""Cases 24 and 27: certainty is not had from short slices or minutes of synthetic load, and a burning budget is seen."""

from pathlib import Path

import pytest

from rollout.evidence import Ledger
from rollout.judge.decide import decide
from rollout.plan import EvidenceSource, Support, load_plan
from rollout.statistics.slices import LEAST_SLICE_S
from tests.cli.project import Project
from tests.judge.ledgers import NOW
from tests.judge.test_burn import probed

LATE = ("phase3", "phase4", "phase5")


def test_slices_too_short_for_certainty_are_refused_before_anything_is_judged(project: Project) -> None:
    """
    Case 24: slices of 1 s give up to 38.7 % false GO under stalls; one line with the first key, all of them by the doctor, exit 64.
    """
    short = project.plan.read_text(encoding="utf-8").replace('slice = "30s"', 'slice = "1s"')
    project.plan = project.root / "short.toml"
    project.plan.write_text(short, encoding="utf-8")
    said = project.run("decide", "stage")
    assert said.code == 64
    assert "phases.stage.load.slice: 1 s is too short: 'certainly-no-errors' requires support" in said.err
    assert "criteria.availability.slice: 1 s is too short" in project.run("doctor").err


@pytest.mark.parametrize("phase", LATE)
def test_synthetic_load_is_a_pre_check_where_there_are_users(phase: str) -> None:
    """
    Case 24: in phases 3 to 5 nothing that a load of minutes brings is called certain.
    """
    loads = [item for item in load_plan().criteria_of(phase) if item.source is EvidenceSource.LOAD]
    assert loads
    assert all(item.support is Support.REPORTED for item in loads)


@pytest.mark.parametrize("phase", LATE)
def test_without_users_traffic_there_is_no_go(phase: str) -> None:
    """
    Case 24: error rate, p95 and availability of users need certainty, and say who has to watch and how.
    """
    plan = load_plan()
    users = [item for item in plan.criteria_of(phase) if item.metric and item.metric.startswith("users.")]
    assert {item.metric for item in users} == {"users.failed_percent", "users.p95_ms", "users.served_percent"}
    assert all(item.support is Support.REQUIRED and (item.slice or 0) >= LEAST_SLICE_S for item in users)
    findings = {found.id: found for found in decide(plan, phase, Ledger(), NOW).findings}
    for item in users:
        found = findings[f"{phase}.{item.id}"]
        assert found.verdict.name == "UNPROVEN"
        assert found.reason.startswith("nobody watches users' traffic yet: it needs `rollout watch` with a source")
        assert "metrics_urls in the target file, then: rollout watch" in found.next


def test_a_burning_budget_is_no_go_before_it_is_gone(tmp_path: Path) -> None:
    """
    Case 27: a sixth of the budget of two days in an hour, with its numbers, and no trigger.
    """
    found = probed(tmp_path, *[0.0] * 6)
    assert (found.verdict.name, found.reason[:41]) == ("BROKEN", "burning 17 % of the 48 h budget in 1 h: 3")
