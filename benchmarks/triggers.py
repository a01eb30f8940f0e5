"""Simulate how often and how soon the trigger `> 5 %` fires, in runs of 10 minutes with 0.5 % errors otherwise."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from reports.charts.lines import lines
from rollout.statistics import first_alarm
from rollout.statistics.trigger import LOOK_S

RUNS, FEW = 4000, 400  # runs for a table, and for a picture or a test
SECONDS = 600
BEGIN = 300
NEVER = 10**6
RATES = (5, 20, 80)
BLIPS_S = (2, 5, 8, 12, 16, 20, 25, 30, 40)
SHARES = (0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.10, 0.15)
TRIGGER = Fraction(5, 100)
Delays = npt.NDArray[np.int64]


def fired_after(rate: int, share: float, begin: int, length: int, seed: int = 3, runs: int = FEW) -> Delays:
    """Seconds from *begin* to the alarm in each run, if *share* of the requests fails for *length* seconds from *begin* on."""
    rng = np.random.default_rng(seed)
    chance = np.full(SECONDS, 0.005)
    chance[begin : begin + length] = share
    total = np.full(SECONDS, rate)
    alarms = [first_alarm(rng.binomial(rate, chance), total, TRIGGER) for _ in range(runs)]
    return np.array([alarm.end + 1 - begin if alarm else NEVER for alarm in alarms])


def broke(rate: int, share: float, length: int, runs: int = RUNS) -> Delays:
    """Seconds from the start of a break of *length* seconds to the alarm; breaks start at every second between two evaluations."""
    each = max(1, runs // LOOK_S)
    return np.concatenate([fired_after(rate, share, BEGIN + shift, length, shift, each) for shift in range(LOOK_S)])


def percent(delays: Delays) -> float:
    """The percentage of runs in which the trigger fired."""
    return 100 * float((delays < NEVER).mean())


def median(delays: Delays) -> str:
    """The median delay as text; `never` if most runs did not fire."""
    middle = float(np.median(delays))
    return f"{middle:.0f} s" if middle < NEVER else "never"


def row(rate: int, runs: int = RUNS) -> str:
    """The row of the table for one rate of requests."""
    blips = [percent(broke(rate, 1.0, length, runs)) for length in (2, 5, 8)]
    steady = [percent(broke(rate, share, SECONDS, runs)) for share in (0.04, 0.05)]
    out = broke(rate, 1.0, SECONDS, runs)
    late = [median(broke(rate, share, SECONDS, runs)) for share in (0.10, 0.08)]
    cells = [f"{each:.1f} %" for each in (*blips, *steady)]
    return (
        f"| {rate} | {' | '.join(cells)} | {np.median(out):.0f} / {np.quantile(out, 0.95):.0f} s | {' | '.join(late)} |"
    )


def table(runs: int = RUNS) -> str:
    """The delays and shares of alarms as a Markdown table; each break begins after five minutes with few errors."""
    head = (
        "| requests/s | blip 2 s | blip 5 s | blip 8 s | steady 4 % | steady 5 % | total outage, median / 95 % |"
        " steady 10 %, median | steady 8 % |\n|--:|--:|--:|--:|--:|--:|---|--:|--:|"
    )
    whole = [f"{percent(fired_after(rate, 0.05, 0, SECONDS, runs=runs)):.1f} %" for rate in RATES]
    first = [median(fired_after(rate, 0.08, 0, SECONDS, runs=runs)) for rate in RATES]
    note = (
        f"\nA steady 5 % from the first second on, all ten minutes: {', '.join(whole)};"
        f" a steady 8 % from the first second on: {', '.join(first)}."
    )
    return "\n".join([head, *(row(rate, runs) for rate in RATES), note])


def blips(runs: int = FEW) -> str:
    """The share of short breaks that fire, over their length, as an SVG file."""
    found = {
        f"{rate} requests/s": [(length, percent(broke(rate, 1.0, length, runs))) for length in BLIPS_S]
        for rate in RATES
    }
    axes = ("seconds in which everything fails", "% of runs that fire")
    return lines("A blip and the trigger of 5 %", axes, {name: [*points] for name, points in found.items()})


def steady(runs: int = FEW) -> str:
    """The share of runs with a steady error rate that fire within ten minutes, over that rate, as an SVG file."""
    found = {
        f"{rate} requests/s": [
            (100 * share, percent(fired_after(rate, share, 0, SECONDS, runs=runs))) for share in SHARES
        ]
        for rate in RATES
    }
    axes = ("% of requests that fail", "% of runs that fire")
    return lines("A steady share of errors and the trigger of 5 %, 10 minutes", axes, found)
