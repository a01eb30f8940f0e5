"""Simulate comparisons of a release with the one before it: how often stalls are missed, and how often one stall fires."""

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np

from reports.charts.lines import lines
from rollout.statistics.paired_quantile import Pair, PairedQuantile

RUNS, FEW = 300, 100  # comparisons for a bound, and for a table
PER_SECOND, NAMES = 10, 5
BEGIN = 120  # second in which a single stall begins
STALLED_SHARE, STALLED_S = 0.06, 3.0
Outcome = Literal["met", "fired", "broken", "open"]
Stalls = Callable[[np.random.Generator], list[tuple[float, float]]]


def stalls_of(share: float, length_s: float, seconds: int) -> Stalls:
    """Stalls of *length_s* seconds that begin at random and fill about a *share* of the time."""

    def drawn(rng: np.random.Generator) -> list[tuple[float, float]]:
        begins = np.cumsum(rng.exponential(length_s * (1 - share) / share, 1 + int(3 * seconds * share / length_s)))
        return [(at + number * length_s, length_s) for number, at in enumerate(begins.tolist())]

    return drawn


def one_stall(length_s: float) -> Stalls:
    """One stall, which begins at any moment of a slice."""
    return lambda rng: [(BEGIN + 15 * float(rng.random()), length_s)]


def run(
    seed: int, slower: float = 1.0, stalls: Stalls | None = None, seconds: int = 600, sigma: float = 0.5
) -> tuple[Outcome, int]:
    """
    What a comparison of lognormal latencies ends with, and after how many seconds; *slower* is the factor of the release.

    A request that comes in a stall waits for its end. The comparison ends as soon as it is certain, as that of a load.
    """
    rng = np.random.default_rng(seed)
    stops = stalls(rng) if stalls else []
    beside = PairedQuantile(50)
    for second in range(seconds):
        beside.see(second, dict(pairs_of(rng, second, slower, stops, sigma)))
        if (second + 1) % 15 == 1 and beside.certain:
            return outcome(beside), second + 1
    return outcome(beside), seconds


def pairs_of(
    rng: np.random.Generator, second: int, slower: float, stops: list[tuple[float, float]], sigma: float
) -> Iterator[tuple[str, list[Pair]]]:
    """The pairs of one second by name."""
    baseline = rng.lognormal(3.5, sigma, PER_SECOND)
    release = slower * rng.lognormal(3.5, sigma, PER_SECOND)
    at = second + np.sort(rng.random(PER_SECOND))
    for begin, length in stops:
        release += 1000 * np.where((at >= begin) & (at < begin + length), begin + length - at, 0.0)
    names = rng.integers(0, NAMES, PER_SECOND)
    for name in range(NAMES):
        yield str(name), list(zip(release[names == name].tolist(), baseline[names == name].tolist(), strict=True))


def outcome(beside: PairedQuantile) -> Outcome:
    """What the judge makes of it: fired, broken, met with the 95th percentiles saying so too, or open."""
    if beside.alarm():
        return "fired"
    slower = beside.slower_percent()
    kept = slower is not None and slower <= beside.percent
    if beside.e_values.decision() == "broken" and not kept:
        return "broken"
    return "met" if beside.e_values.decision() == "met" and kept else "open"


CASES: dict[str, dict[str, object]] = {
    "as fast as before": {},
    "as fast, with a longer tail (sigma 1)": {"sigma": 1.0},
    "stalls of 3 s in 6 % of the time": {"stalls": stalls_of(STALLED_SHARE, STALLED_S, 600)},
    "stalls of 3 s in 20 % of the time": {"stalls": stalls_of(0.2, STALLED_S, 600)},
    "one stall of 10 s": {"stalls": one_stall(10)},
    "40 % slower, one stall of 10 s": {"slower": 1.4, "stalls": one_stall(10)},
    "50 % slower": {"slower": 1.5},
    "100 % slower": {"slower": 2.0},
}


def table(runs: int = FEW) -> str:
    """How comparisons of each case end, and after how many seconds in the median, as Markdown."""
    rows = ["| the release is | not slower | rollback | open after 10 min | median |", "|---|--:|--:|--:|--:|"]
    for name, case in CASES.items():
        found = [run(seed, **case) for seed in range(runs)]  # type: ignore[arg-type]
        cells = [f"{100 * sum(end == each for end, _ in found) / runs:.0f} %" for each in ("met", "fired", "open")]
        rows.append(f"| {name} | {' | '.join(cells)} | {np.median([after for _, after in found]):.0f} s |")
    return "\n".join(rows)


def picture(runs: int = FEW // 2) -> str:
    """Called not slower, and called for a rollback, over the share of time in stalls, as an SVG file."""
    shares = (0.02, 0.04, 0.06, 0.08, 0.10, 0.15, 0.20)
    ends = {each: [run(seed, stalls=stalls_of(each, STALLED_S, 600))[0] for seed in range(runs)] for each in shares}
    words: dict[Outcome, str] = {"met": "called not slower", "fired": "called for a rollback"}
    found = {
        text: [(100 * each, 100 * ends[each].count(word) / runs) for each in shares] for word, text in words.items()
    }
    return lines("A comparison under stalls of 3 s", ("% of the time in stalls", "% of runs"), found)


def share(wanted: Outcome, name: str, runs: int = RUNS) -> float:
    """The percentage of *runs* of a case that end so."""
    return 100 * sum(run(seed, **CASES[name])[0] == wanted for seed in range(runs)) / runs  # type: ignore[arg-type]
