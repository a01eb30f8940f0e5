"""Verdicts from samples that stay valid at any number of looks: pure functions of numbers, see docs/statistics.md."""

from rollout.statistics.binomial import least_all_good, lower_bound
from rollout.statistics.e_values import ALPHA, EValues, supported_limit
from rollout.statistics.slices import bad_shares
from rollout.statistics.trigger import Alarm, first_alarm

__all__ = [
    "ALPHA",
    "Alarm",
    "EValues",
    "bad_shares",
    "first_alarm",
    "least_all_good",
    "lower_bound",
    "supported_limit",
]
