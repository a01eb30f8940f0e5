"""Sound verdicts from samples, however often one looks: pure functions of numbers, see docs/statistics.md."""

from rollout.statistics.binomial import least_all_good, lower_bound, upper_bound
from rollout.statistics.burn import OBJECTIVE_WINDOWS, Burn, burn_rates
from rollout.statistics.capital import ALPHA, Capital, earliest_met, supported_limit
from rollout.statistics.pairs import slower_share
from rollout.statistics.slices import bad_shares
from rollout.statistics.windows import Alarm, first_alarm

__all__ = [
    "ALPHA",
    "OBJECTIVE_WINDOWS",
    "Alarm",
    "Burn",
    "Capital",
    "bad_shares",
    "burn_rates",
    "earliest_met",
    "first_alarm",
    "least_all_good",
    "lower_bound",
    "slower_share",
    "supported_limit",
    "upper_bound",
]
