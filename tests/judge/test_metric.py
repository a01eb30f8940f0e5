"""Levels, availability and windows: what the monitor's slots prove."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan
from rollout.statistics.e_values import EValues
from tests.judge.ledgers import NOW, PLAN, judged, reason, signatures, slots, verdict


@pytest.mark.parametrize(
    ("queue", "expected"),
    [([99.0] * 120, "MET"), ([3.0] * 119 + [100.0], "BROKEN"), ([500.0, *[3.0] * 121], "MET")],
    ids=["below the limit", "equality is not met", "before the window it does not count"],
)
def test_the_peak_of_the_window_decides(tmp_path: Path, queue: list[float | None], expected: str) -> None:
    """
    One sample at the limit breaks a level, but only inside the window.
    """
    slots(tmp_path, queue)
    assert verdict(judged(tmp_path), "queue") == expected


@pytest.mark.parametrize(
    ("peak", "margin"),
    [(99.0, "1 tasks below the limit"), (100.0, "just at the limit"), (103.0, "3 tasks above the limit")],
)
def test_a_level_tells_how_far_its_peak_is_from_the_limit(tmp_path: Path, peak: float, margin: str) -> None:
    """
    Below it, above it, or just there, which is no distance.
    """
    slots(tmp_path, [3.0] * 119 + [peak])
    (found,) = (each for each in judged(tmp_path).findings if each.id.endswith(".queue"))
    assert found.margin == margin


def test_an_empty_queue_counts_only_if_a_worker_was_there(tmp_path: Path) -> None:
    """
    Zero waiting tasks without any worker is missing evidence.
    """
    slots(tmp_path / "alive", [0.0] * 120)
    slots(tmp_path / "dead", [0.0] * 120, workers=0)
    assert verdict(judged(tmp_path / "alive"), "queue") == "MET"
    assert verdict(judged(tmp_path / "dead"), "queue") == "UNPROVEN"


@pytest.mark.parametrize(
    ("queue", "says"),
    [
        ([*[1.0] * 100, *[None] * 5, *[1.0] * 15], "5 samples in a row are missing: no way in"),
        ([1.0, None] * 4 + [1.0] * 112, None),
        ([1.0, None] + [1.0] * 8, "1 of 10 samples is missing: no way in"),
        ([1.0, 1.0, None] * 40, "40 of 120 samples are missing: no way in"),
    ],
    ids=["five in a row", "few are forgiven", "one of few", "too many in all"],
)
def test_a_probe_that_errs_proves_nothing(tmp_path: Path, queue: list[float | None], says: str | None) -> None:
    """
    More than four errors in a row, or more than 5 % of them, leave the level unproven.
    """
    slots(tmp_path, queue)
    decision = judged(tmp_path)
    assert verdict(decision, "queue") == ("UNPROVEN" if says else "MET")
    assert says is None or reason(decision, "queue") == says


def test_a_negative_count_is_no_sample(tmp_path: Path) -> None:
    """
    A value that cannot be is missing, not small.
    """
    slots(tmp_path, [-1.0] * 120)
    assert verdict(judged(tmp_path), "queue") == "UNPROVEN"


def test_a_window_needs_its_whole_length(tmp_path: Path) -> None:
    """
    An hour lies between 121 samples that are 30 s apart; one fewer is not an hour.
    """
    slots(tmp_path / "short", [1.0] * 120)
    slots(tmp_path / "whole", [1.0] * 121)
    assert verdict(judged(tmp_path / "short"), "watched") == "UNPROVEN"
    assert reason(judged(tmp_path / "short"), "watched") == "30 s more to watch"
    assert verdict(judged(tmp_path / "whole"), "watched") == "MET"


def test_a_window_of_long_ago_proves_nothing(tmp_path: Path) -> None:
    """
    What was watched before `max_age` is as if nobody had watched; one slot less than a day old is watched.
    """
    slots(tmp_path, [3.0] * 121, until=NOW - 86_400 - 1)
    decision = judged(tmp_path)
    for name in ("queue", "available", "watched"):
        assert (verdict(decision, name), reason(decision, name)) == ("UNPROVEN", "nobody watched")
    slots(tmp_path, [3.0], until=NOW - 86_400 + 60)
    assert reason(judged(tmp_path), "queue") == "peak of 1 sample"


def test_a_monitor_cut_short_proves_nothing_but_shows_a_break(tmp_path: Path) -> None:
    """
    The slots of a torn journal cannot meet a level, and can break one.
    """
    slots(tmp_path / "good", [1.0] * 120, finish=False)
    slots(tmp_path / "bad", [200.0] * 120, finish=False)
    assert verdict(judged(tmp_path / "good"), "queue") == "UNPROVEN"
    assert verdict(judged(tmp_path / "bad"), "queue") == "BROKEN"


@pytest.mark.parametrize(("failed", "expected"), [(1, "MET"), (2, "BROKEN")], ids=["1 of 120", "2 of 120"])
def test_availability_compares_whole_numbers(tmp_path: Path, failed: int, expected: str) -> None:
    """
    Of 120 probes one may fail under a limit of 99 %, two may not.
    """
    slots(tmp_path, [1.0] * 120, up=[*[0.0] * failed, *[1.0] * (120 - failed)])
    assert verdict(judged(tmp_path), "available") == expected


@pytest.mark.parametrize(("failed", "value"), [(0, "100.000 % available"), (1, "99.167 % available")])
def test_availability_has_three_digits(tmp_path: Path, failed: int, value: str) -> None:
    """
    As many as objectives are written with.
    """
    slots(tmp_path, [1.0] * 120, up=[*[0.0] * failed, *[1.0] * (120 - failed)])
    assert found(tmp_path, "available").value == value


def of_small_plan(name: str, **more: Any) -> Plan:
    """The small plan with one criterion only beside the time watched, and more said about it."""
    document = PLAN.model_dump(mode="json", exclude_none=True)
    (found,) = [item for item in document["criteria"] if item["id"] == name]
    watched = [{**item, "max_age": "1d"} for item in document["criteria"] if item["id"] == "watched" != name]
    document["criteria"] = [{**found, "max_age": "1d", **more}, *watched]
    document["phases"][0] |= {"deadline": "1w"}
    document["phases"][0]["steps"][0] |= {"monitor": "1h"}
    return Plan.model_validate(document)


def found(folder: Path, name: str, **more: Any) -> Finding:
    """The finding about that criterion."""
    decision = decide(of_small_plan(name, **more), "stage", read_ledger([folder]), NOW)
    return next(finding for finding in decision.findings if finding.id == f"stage.{name}")


@pytest.mark.parametrize(
    ("least", "verdict", "why"),
    [
        pytest.param(120, "MET", "peak of 120 samples", id="enough"),
        pytest.param(121, "UNPROVEN", "120 samples, needs 121", id="one too few"),
    ],
)
def test_a_metric_has_a_least_number_of_samples(tmp_path: Path, least: int, verdict: str, why: str) -> None:
    """
    Fewer samples than the plan asks for prove nothing.
    """
    slots(tmp_path, [1.0] * 120)
    finding = found(tmp_path, "queue", least=least)
    assert (finding.verdict.name, finding.reason) == (verdict, why)


@pytest.mark.parametrize(
    ("more", "bets"),
    [
        pytest.param({"support": "required"}, 120, id="a probe is a slice"),
        pytest.param({"support": "required", "slice": "60s"}, 60, id="two probes are a slice"),
        pytest.param({"support": "required", "slice": "10s"}, 120, id="a slice shorter than the interval"),
        pytest.param({"slice": "60s"}, 120, id="reported support counts probes"),
    ],
)
def test_certainty_about_availability_is_betted_on_slices(tmp_path: Path, more: dict[str, Any], bets: int) -> None:
    """
    The slice of the plan is read where certainty is required.
    """
    slots(tmp_path, [1.0] * 120)
    e_values = EValues(limit=0.01).bet([0.0] * bets)
    assert f"evidence for keeping it {e_values.e_pass:.3g}," in found(tmp_path, "available", **more).bound


def test_a_limit_on_signatures_is_a_number_of_roles(tmp_path: Path) -> None:
    """
    Fewer signatures than the limit are missing evidence.
    """
    signatures(tmp_path, "owner", "tester")
    asked = {"roles": [], "metric": "signoff.roles_count"}
    two, three = ({"op": ">=", "value": number, "unit": "roles"} for number in (2, 3))
    assert found(tmp_path, "signed", **asked, limit=two).verdict.name == "MET"
    assert found(tmp_path, "signed", **asked, limit=three).reason == "2 signed, needs >= 3 roles"
