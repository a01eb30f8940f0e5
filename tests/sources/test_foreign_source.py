"""A source of somebody else is one file and one line: the plan, the monitor, the judge and the doctor find it."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.evidence import Origin, read_ledger
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan
from rollout.readiness import lacks
from rollout.sources.installed import installed
from rollout.target import Target
from rollout.watch.monitor import Round, watch
from rollout.watch.sampler import Sampler, sampled
from tests.judge.ledgers import criterion
from tests.watch.clock import Still

MODULE = '''
"""How much of the error budget Datadog says is used."""

import os

from rollout.evidence.records import Sample
from rollout.metrics import Metric, MetricKind
from rollout.sources.source import SourceError

NAME = "datadog.budget_used_percent"


class Budget:
    name = "datadog"
    metrics = (Metric(NAME, "error budget used", "%", MetricKind.GAUGE, "datadog", highest=100),)
    needs = ("DD_API_KEY",)

    def __init__(self, target):
        self.key = os.environ["DD_API_KEY"]

    def sample(self):
        if self.key == "revoked":
            raise SourceError("Datadog refuses the key")
        return {NAME: Sample(value=float(self.key), text=f"{self.key} % used")}
'''
LINE = "[rollout.sources]\ndatadog = vendor_datadog:Budget\n"


@pytest.fixture
def datadog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package with the source."""
    site = tmp_path / "site"
    metadata = site / "vendor_datadog-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "vendor_datadog.py").write_text(MODULE, encoding="utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: vendor-datadog\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(LINE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    installed.cache_clear()
    yield
    installed.cache_clear()
    sys.modules.pop("vendor_datadog", None)


def plan(metric: str = "datadog.budget_used_percent") -> Plan:
    """A phase that is over when the error budget lasts."""
    limit = {"op": "<", "value": 50, "unit": "%"}
    steps = [{"id": "all", "exposure": "everyone", "percent": 100}]
    phase = {
        "id": "stage",
        "title": "Stage",
        "week": "1",
        "objective": "it lasts",
        "deadline": "1w",
        "rollback": "back",
    }
    return Plan.model_validate(
        {
            "schema_version": 1,
            "title": "A rollout",
            "overview": "One stage",
            "phases": [{**phase, "steps": steps}],
            "criteria": [criterion("budget", "metric", metric=metric, limit=limit)],
        }
    )


def target() -> Target:
    """Somewhere that no sample is taken from."""
    facts = {"name": "t", "environment": "staging", "base_url": "http://127.0.0.1:9", "release": "1"}
    return Target.model_validate(facts)


def watched(folder: Path) -> Finding:
    """What the judge finds after a round of three samples."""
    facts = {
        "producer": "watch",
        "phase": "stage",
        "target": "t",
        "environment": "staging",
        "release": "1",
        "plan": "p",
    }
    sampler = Sampler(target(), sampled(plan().criteria_of("stage")), lambda target: None)
    origin = Origin.model_validate(facts)
    clock = Still()
    watch(sampler, Round(30, 90, "all"), origin, folder, lambda _: None, None, threading.Event(), clock)
    found = decide(plan(), "stage", read_ledger([folder]), clock.now(), release="1").findings
    return next(finding for finding in found if finding.id == "stage.budget")


@pytest.mark.usefixtures("datadog")
@pytest.mark.parametrize(
    ("key", "verdict", "says"),
    [
        pytest.param("12", "MET", "peak of 4 samples", id="room enough"),
        pytest.param("50", "BROKEN", "peak of 4 samples", id="at the limit"),
        pytest.param("nan", "UNPROVEN", "the value is no number: nan", id="no number"),
        pytest.param("revoked", "UNPROVEN", "Datadog refuses the key", id="refused"),
        pytest.param("", "UNPROVEN", "not configured: set DD_API_KEY in the environment", id="not set"),
    ],
)
def test_a_foreign_metric_is_watched_and_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, verdict: str, says: str
) -> None:
    """
    Its samples are recorded under its name and judged by its kind; without its setting it is unproven.
    """
    monkeypatch.setenv("DD_API_KEY", key)
    found = watched(tmp_path / "journals")
    assert (found.verdict.name, found.reason) == (verdict, says)


def to_set(plan: Plan, target: Target) -> dict[str, str]:
    """What the doctor tells to set, by criterion."""
    return {lack.criterion: lack.way_out for lack in lacks(plan, target)}


@pytest.mark.usefixtures("datadog")
def test_the_doctor_asks_the_source_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A variable that is not set makes the criterion hopeless, until it is set.
    """
    monkeypatch.delenv("DD_API_KEY", raising=False)
    assert to_set(plan(), target()) == {"stage.budget": "set DD_API_KEY in the environment"}
    monkeypatch.setenv("DD_API_KEY", "12")
    assert to_set(plan(), target()) == {}


@pytest.mark.usefixtures("datadog")
def test_a_misspelt_foreign_metric_has_a_nearest_name() -> None:
    """
    The plan's reader knows the names of every installed source.
    """
    with pytest.raises(ValueError, match=r"no source provides metric 'datadog\.budget_percent'; did you mean 'datadog"):
        plan("datadog.budget_percent")


def test_without_the_package_nobody_provides_its_metric() -> None:
    """
    What is not installed is not known.
    """
    with pytest.raises(ValueError, match=r"no source provides metric 'datadog\.budget_used_percent'"):
        plan()
