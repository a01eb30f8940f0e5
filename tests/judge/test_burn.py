"""A budget of availability that is used up too fast is broken before it is gone, and only while that lasts."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan
from tests.judge.ledgers import NOW, criterion, slots, users_slots
from tests.judge.test_users import seen

DAYS = 2 * 24 * 60  # slots of a minute; under 99 % two days may have 28.8 of them bad
LIMIT = {"op": ">", "value": 99, "unit": "%"}
STEP = {"id": "all", "exposure": "everyone", "percent": 100, "monitor": "48h"}
PHASE = {"id": "stage", "title": "Stage", "week": "1", "objective": "it works", "deadline": "1w", "rollback": "back"}


def plan() -> Plan:
    """A phase that is watched for two days."""
    served = {"metric": "users.served_percent", "limit": LIMIT, "slice": "60s", "liveness": "service.available_percent"}
    watched = {"metric": "window.covered_hours", "limit": {"op": ">=", "value": 48, "unit": "h"}}
    criteria = [
        criterion("available", "metric", metric="service.available_percent", limit=LIMIT, max_age="1w"),
        criterion("served", "metric", **served, support="required", max_age="1w"),
        criterion("watched", "metric", **watched, max_age="1w"),
    ]
    phases = [{**PHASE, "steps": [STEP]}]
    return Plan.model_validate(
        {"schema_version": 1, "title": "Two days", "overview": "One stage", "phases": phases, "criteria": criteria}
    )


def finding(folder: Path, name: str) -> Finding:
    """The finding about one criterion."""
    decision = decide(plan(), "stage", read_ledger([folder]), NOW)
    return next(found for found in decision.findings if found.id == f"stage.{name}")


def probed(folder: Path, *ups: float) -> Finding:
    """The finding about two days of probes that end so."""
    up: list[float] = [*[1.0] * (DAYS - len(ups)), *ups]
    more: dict[str, Any] = {"every": 60.0}
    slots(folder, [1.0] * DAYS, up=up, **more)
    return finding(folder, "available")


def test_a_tenth_of_the_budget_in_an_hour_is_broken_before_the_budget_is_gone(tmp_path: Path) -> None:
    """
    Case 27: six failed probes in a row show five minutes of being down, of the 28.8 that two days may have.
    """
    found = probed(tmp_path, *[0.0] * 6)
    assert found.verdict.name == "BROKEN"
    assert found.reason.startswith("burning 17 % of the 48 h budget in 1 h: 300 of 1728 s, 8.33× over 1 h and ")
    assert found.reason.endswith("more than 4.8× is too fast")


@pytest.mark.parametrize(
    "ups",
    [
        pytest.param([0.0], id="one failed probe"),
        pytest.param([0.0, 1.0] * 6, id="never two in a row"),
        pytest.param([0.0] * 3, id="two minutes"),
        pytest.param([*[0.0] * 6, *[1.0] * 6], id="over for more than five minutes"),
    ],
)
def test_what_is_within_the_table_or_over_does_not_accuse(tmp_path: Path, ups: list[float]) -> None:
    """
    A single failed probe shows no length of time, and what is over is counted by the budget.
    """
    assert probed(tmp_path, *ups).verdict.name == "MET"


def test_users_who_are_not_served_burn_the_budget_too(tmp_path: Path) -> None:
    """
    Three slices in which everything failed are three minutes: a tenth of 28.8 in an hour.
    """
    users_slots(tmp_path, [*[seen()] * (DAYS - 3), *[seen(failed=100)] * 3], every=60.0)
    found = finding(tmp_path, "served")
    assert (found.verdict.name, found.reason[:45]) == ("BROKEN", "burning 10 % of the 48 h budget in 1 h: 180 o")


@pytest.mark.parametrize(("good", "verdict"), [(4, "BROKEN"), (5, "MET")])
def test_what_was_over_for_five_minutes_burns_no_more(tmp_path: Path, good: int, verdict: str) -> None:
    """
    The five minutes end with the newest slot: a failed slice counts until five good ones followed.
    """
    bad = [seen(failed=100)] * 3
    users_slots(tmp_path, [*[seen()] * (DAYS + 1 - good - 3), *bad, *[seen()] * good], every=60.0)
    assert finding(tmp_path, "served").verdict.name == verdict
