"""Plots of a share of bad requests over time: the share with its 95 % band, and the e-values of both bets."""

from math import log

import numpy as np

from reports.charts.budget_counts import Budgeted, bin_width, binned, checkpoints
from reports.charts.chart import Axis, Chart, Plot
from reports.charts.subject import bounds
from reports.text import number
from rollout.arrays import Floats
from rollout.judge.load_attempts import Judged
from rollout.statistics import ALPHA, EValues, supported_limit
from rollout.statistics.e_values import growth, log_mean

POINTS, BAND_POINTS = 80, 20  # points of a line, and of the band, where each point costs two searches
MEASURED = "measured seconds"
FLOOR, CEILING = 1e-2, 1e12  # drawn range of e-values; beyond it they make no difference


def error_rate(budget: Budgeted) -> Plot:
    """The plot of the share of bad requests so far, its 95 % band, and the share of each moment."""
    bad, total = np.cumsum(budget.bad), np.cumsum(budget.total)
    seconds = bad.size
    shown = [(at, 100 * bad[at - 1] / total[at - 1]) for at in checkpoints(seconds, POINTS) if total[at - 1]]
    band = band_of(budget)
    levels = bounds(budget.subject)
    top = max([share for _, share in shown] + [value for value, _, _ in levels] + [0.1]) * 1.25
    chart = Chart(Axis(MEASURED, 0, max(seconds, 1)), Axis("% failed", 0, min(top, 125)))
    chart.bars(moments(budget), "bad", "at that moment")
    if band:
        chart.area(band, "95 % band")
    chart.line(shown, "stroke", "so far")
    chart.levels(*levels)
    if shown:
        chart.hints([x for x, _ in shown], [told(budget, x, share) for x, share in shown])
    return chart.plot("plot-error-rate", "Error rate", error_words(budget, band))


def error_words(budget: Budgeted, band: list[tuple[float, float, float]]) -> str:
    """The caption of the plot of errors, in numbers."""
    bad, total = int(budget.bad.sum()), int(budget.total.sum())
    share = (
        f"{budget.measured.asked.percent(bad, total)} % failed ({bad:,} of {total:,})."
        if total
        else "No request was measured."
    )
    if not band:
        return share + budget.problem
    _, low, high = band[-1]
    shown = f"In the end the band reaches from {low:.2f} % to {high:.2f} %, however often one looks."
    return f"{share} {shown}{budget.problem}"


def moments(budget: Budgeted) -> list[tuple[float, float, float]]:
    """(begin, end, share of bad requests) for each bin with bad requests, in seconds and percent."""
    width = bin_width(budget.bad.size)
    bad, total = binned(budget.bad, width).tolist(), binned(budget.total, width).tolist()
    shares = enumerate(zip(bad, total, strict=True))
    return [(at * width, (at + 1) * width, 100 * some / all_) for at, (some, all_) in shares if some]


def told(budget: Budgeted, at: int, share: float) -> str:
    """One second in words."""
    return f"{at} s: {share:.3g} % failed so far, {budget.bad[at - 1]} of {budget.total[at - 1]} in this second"


def band_of(budget: Budgeted) -> list[tuple[float, float, float]]:
    """(second, lowest, highest share in percent) that the slices so far do not exclude."""
    shares = budget.shares
    if not shares.size:
        return []
    width = budget.bad.size / shares.size
    points = [(at, shares[:at]) for at in checkpoints(shares.size, BAND_POINTS)]
    return [(at * width, 100 * proven_share(some), 100 * supported_limit(some)) for at, some in points]


def proven_share(shares: Floats, alpha: float = ALPHA) -> float:
    """The largest limit of the share of bad requests that *shares* prove to be exceeded; the counterpart of `supported_limit`."""
    distinct, counts = np.unique(shares, return_counts=True)
    if not distinct.any():
        return 0.0  # found without the search, which takes most of the time of the plot of errors
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        _, steps = growth(distinct, middle)
        proven = float(log_mean(counts @ steps)) >= np.log(1 / alpha)
        low, high = (middle, high) if proven else (low, middle)
    return low


def e_values(budget: Budgeted, id_: str) -> Plot:
    """The plot of the e-values of both bets, slice by slice from 1; the first one to reach 1 / ALPHA decides."""
    proof, accusation = budget.measured.proof, budget.measured.accusation
    kept = [(at, drawn(held.log_e_pass)) for at, held in path(budget, budget.found.proving)]
    broken = [(at, drawn(held.log_e_fail)) for at, held in path(budget, budget.found.accusing)]
    top = min(max([100.0, *(value for _, value in kept + broken)]) * 3, CEILING)
    across = Axis(slices(budget), 0, max(kept[-1][0], broken[-1][0], 1))
    chart = Chart(across, Axis("evidence (log scale)", FLOOR, top, log=True))
    chart.line(broken, "broken", "against it")
    chart.line(kept, "kept", "for keeping it")
    chart.levels((1 / ALPHA, f"{1 / ALPHA:g} decides", "limit"))
    chart.hints([at for at, _ in broken], [f"slice {at}: evidence against it {number(value)}" for at, value in broken])
    said = {"met": "certainly kept", "broken": "certainly broken", "open": "not certain yet"}
    verdict = said["broken" if accusation.decision() == "broken" else proof.decision()]
    limit = f"Limit {budget.subject.finding.limit}"
    caption = f"{limit}: evidence for keeping it {number(proof.e_pass)}, against it {number(accusation.e_fail)}: {verdict}.{budget.problem}"
    return chart.plot(id_, f"Evidence for keeping {budget.subject.criterion.id}", caption)


def slices(budget: Budgeted) -> str:
    """The name of the axis that counts slices."""
    return f"slices of {budget.drawn[-1].attempt.facts.slice_s:g} s"


def path(budget: Budgeted, runs: list[Judged]) -> list[tuple[int, EValues]]:
    """(slice, e-values) at some slices of *runs*, beginning with 1 before the first."""
    shares = budget.slices_of(runs)
    found = [(0, EValues(budget.limit))]
    for at in checkpoints(shares.size, POINTS):
        found.append((at, found[-1][1].bet(shares[found[-1][0] : at])))
    return found


def drawn(log_e_value: float) -> float:
    """An e-value from its natural logarithm, cut to the drawn range."""
    return float(min(max(10 ** min(log_e_value / log(10), 300), FLOOR), CEILING))
