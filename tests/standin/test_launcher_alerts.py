"""The alert rules, whole and spoilt."""

import pytest

from standin import prometheus


def test_every_alert_of_the_rollout_plan_has_a_rule() -> None:
    """
    Six alerts are planned: critical errors, errors, latency, connections, memory, queue.
    """
    text = prometheus.rules()
    assert text.count("- alert:") == 6
    for limit in ("> 0.05", "> 1", "> 0.8", "> 100", "> 0'"):
        assert limit in text


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(prometheus.rules(threshold_wrong=True), id="a threshold ten times too high"),
        pytest.param(prometheus.rules(one_missing=True), id="a rule that is missing"),
    ],
)
def test_spoilt_rules_differ_from_whole_ones_in_one_place(spoilt: str) -> None:
    """
    A fault breaks one thing, so that a check which notices has noticed that.
    """
    whole = prometheus.rules().splitlines()
    assert len([line for line in whole if line not in spoilt.splitlines()]) in (1, 2)
