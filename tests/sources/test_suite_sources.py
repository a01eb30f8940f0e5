"""The sources that a suite names are known to the reader of its plan, without any package being installed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.plan import PlanError, load_plan
from rollout.sources import installed
from rollout.sources.registry import source_of

SUITE = """
from rollout.metrics import Metric, MetricKind
from rollout.suite import Suite


class Tank:
    name = "tank"
    metrics = (Metric("tank.full_percent", "water in the tank", "%", MetricKind.GAUGE, "tank", highest=100),)
    needs = ()

    def __init__(self, target):
        pass


SUITE = Suite("waterworks", sources=(Tank,))
"""
PLAN = """
schema_version = 1
title = "A tank"
overview = "One step"
suite = "waterworks"

[[phases]]
id = "stage"
title = "Stage"
week = "1"
objective = "it holds"
deadline = "1w"
rollback = "drain it"
steps = [{ id = "all", exposure = "everyone", percent = 100 }]

[[criteria]]
id = "room"
phases = ["stage"]
quotes = ["The tank is not full"]
states = "there is room"
source = "metric"
metric = "tank.full_percent"
limit = { op = "<", value = 90, unit = "%" }
least = 10
longest_interval = "60s"
max_age = "1d"
next = "drain it"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with a suite of its own; what it adds is forgotten afterwards."""
    (tmp_path / "waterworks.py").write_text(SUITE, encoding="utf-8")
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(installed, "of_suites", list(installed.of_suites))
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    sys.modules.pop("waterworks", None)


def test_a_metric_of_the_suite_is_known(folder: Path) -> None:
    """
    The plan names a metric that only its own suite brings.
    """
    assert load_plan(folder / "plan.toml").criterion_ids() == ["stage.room"]
    source = source_of("tank.full_percent")
    assert source is not None
    assert source.name == "tank"


@pytest.mark.parametrize("text", ["", "SUITE = 1", "Suite = None"])
def test_a_module_without_a_suite_is_told_and_not_the_metrics_that_it_lacks(folder: Path, text: str) -> None:
    """
    What follows from it is no fault of the criterion.
    """
    (folder / "waterworks.py").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_plan(folder / "plan.toml")
    assert str(error.value) == (
        "plan.toml: suite: module 'waterworks' has no SUITE; give it one: SUITE = rollout.suite.Suite(…)"
    )


def test_without_the_suite_its_metric_is_not_known(folder: Path) -> None:
    """
    The same criterion in a plan without a suite is refused in one line.
    """
    plan = folder / "other.toml"
    plan.write_text(PLAN.replace('suite = "waterworks"\n', ""), encoding="utf-8")
    with pytest.raises(
        PlanError, match=r"^other\.toml: criteria\.room: no source provides metric 'tank\.full_percent'"
    ):
        load_plan(plan)
