"""The bar beside a finding is drawn where it means something, and to scale."""

import pytest

from reports.gauge import bound, domain, gauge
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import Limit, load_plan
from tests.reports.samples import finding, latency


def test_a_broken_limit_is_passed_by_the_bar() -> None:
    """
    The bar of 612 ms ends beyond the mark of 500 ms, that of 212 ms before it.
    """
    for number, beyond in ((612.0, True), (212.0, False)):
        bar = gauge(latency(Verdict.BROKEN, number))
        assert bar
        assert (bar.fill > bar.marks[0].place) is beyond
        assert bar.marks[0].words == "limit < 500 ms"
        assert all(0 <= place <= 100 for place in (bar.fill, *(mark.place for mark in bar.marks)))


def test_a_latency_has_a_bar_of_its_own_number() -> None:
    """
    Its verdict is about a share, its limit in ms: the p95 beside the share is drawn; one that is not told is not.
    """
    made = latency(number=None, value="p95 250 ms, 1.25 % took 500 ms or more, or failed (16 of 1278)")
    bar = gauge(made)
    assert bar
    assert bar.fill == pytest.approx(bar.marks[0].place / 2, abs=0.01)
    assert gauge(made.model_copy(update={"value": "1.25 % took 500 ms or more, or failed (16 of 1278)"})) is None


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(finding("x"), id="no limit"),
        pytest.param(latency(number=float("nan")), id="no number"),
        pytest.param(finding("x", number=0.0, limit="== 0 writes"), id="nothing between zero and zero"),
        pytest.param(finding("monitored", number=0.01, limit=">= 48 h"), id="the short window of a rehearsal"),
        pytest.param(finding("x", number=1.0, limit="about 7 <script>"), id="no limit that can be read"),
    ],
)
def test_without_a_scale_there_is_no_bar(made: Finding) -> None:
    """
    A bar without both ends would say something that nobody measured.
    """
    assert gauge(made) is None


def test_near_a_hundred_percent_the_scale_begins_late() -> None:
    """
    98.3 % and 99.9 % available do not look the same.
    """
    low, high = domain([98.3, 99.9], "> 99.9 %")
    assert (round(low, 1), high) == (96.6, 100.0)


def test_every_limit_of_the_plan_can_be_drawn() -> None:
    """
    The bar reads limits as findings write them.
    """
    limits = [item.limit for item in load_plan().criteria if item.limit]
    assert limits
    assert all(bound(str(limit)) == limit.value for limit in [*limits, Limit(op="<", value=1e6, unit="ms")])
