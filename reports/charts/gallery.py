"""Every picture that the evidence permits, and a sentence about each missing one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from reports.charts.budget import e_values, error_rate
from reports.charts.budget_counts import Budgeted, budgeted
from reports.charts.chart import Plot
from reports.charts.fired import fired_in, mean_that_fired, window_that_fired
from reports.charts.load import arrivals, latency
from reports.charts.names import NameRow, rows_of
from reports.charts.series import Span
from reports.charts.spread import histogram
from reports.charts.subject import Subject, cases_of, subjects
from reports.charts.timeline import drills_of, history, losses, rehearsed, timeline
from reports.charts.watch import gauge_over_time, probes, slots, users_failed
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.finding import Case
from rollout.judge.latency_spread import NoHistogram, spreads, together
from rollout.judge.load_evidence import Attempt
from rollout.judge.sample_round import SampleRound
from rollout.judge.scenarios import JudgedScenario, by_scenario
from rollout.metrics import MetricKind
from rollout.plan import EvidenceSource, Plan

OVER_TIME: dict[MetricKind, Callable[[Subject, list[SampleRound], list[Span]], Plot | None]] = {
    MetricKind.GAUGE: gauge_over_time,
    MetricKind.AVAILABILITY: probes,
    MetricKind.USERS_FAILED: users_failed,
}


@dataclass
class Gallery:
    """The plots of a page, and the reasons why others are missing."""

    plots: list[Plot] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    names: list[NameRow] = field(default_factory=list)
    scenarios: list[JudgedScenario] = field(default_factory=list)

    def add(self, what: str, draw: Callable[[], Plot | None]) -> None:
        """Draw one plot; a histogram that cannot be read is named instead."""
        try:
            plot = draw()
        except NoHistogram as error:
            self.missing.append(f"{what}: the evidence cannot be read: {error}")
            return
        if plot is not None:
            self.plots.append(plot)


def gallery(decision: Decision, ledger: Ledger, plan: Plan | None) -> Gallery:
    """The pictures of *decision*, from the journals that were judged."""
    found = Gallery()
    if plan is None:
        found.missing.append("Plots: plan.toml is not the plan of this decision any more, so its limits are not known.")
        return found
    measured = subjects(decision, ledger, plan)
    spans: list[Span] = []
    add_load(found, [subject for subject in measured if subject.name], spans)
    found.add("Scenarios", lambda: found.scenarios.extend(by_scenario(subject.case for subject in measured)))
    add_watch(found, [subject for subject in measured if subject.metric.kind in OVER_TIME], spans)
    add_drills(
        found, [case for case in cases_of(decision, ledger, plan) if case.criterion.source is EvidenceSource.DRILL]
    )
    for subject in (each for each in measured if each.metric.kind is MetricKind.MEAN):
        found.add(subject.criterion.id, partial(mean_that_fired, subject))
    for drill in rehearsed(ledger, decision.release):
        found.add(drill.criterion, partial(timeline, drill.criterion, drill))
    return found


def add_load(found: Gallery, shares: list[Subject], spans: list[Span]) -> None:
    """Add latency, errors, histogram, arrivals and e-values if a load has run; its times are added to *spans*."""
    budgets = [budget for budget in map(budgeted, shares) if budget]
    if not budgets:
        if shares:
            found.missing.append("Latency, errors and arrivals: no load has run.")
        return
    found_runs = budgets[0].found
    readable = [judged.attempt for judged in found_runs.all if judged.attempt.whole.planned.size]
    if not found_runs.all[-1].attempt.whole.planned.size:
        found.missing.append(f"Newest load run: {found_runs.newest_problem}.")
    if not readable:
        return
    for budget in budgets:
        add_fired(found, budget)
    newest = readable[-1]
    spans += [(float(run.whole.start), float(run.whole.start + run.whole.planned.size)) for run in readable]
    slow = first(budgets, MetricKind.LATENCY)
    failed = first(budgets, MetricKind.FAIL_SHARE)
    found.add("Latency", lambda: latency(newest, slow))
    if failed:
        found.add("Error rate", lambda: error_rate(failed))
    add_histogram(found, newest, slow)
    found.add("Arrivals", lambda: arrivals(newest))
    found.add("Requests by name", lambda: found.names.extend(rows_of(newest, slow)))
    for budget in filter(None, (failed, slow)):
        add_e_values(found, budget)


def add_fired(found: Gallery, budget: Budgeted) -> None:
    """The window that fired a trigger, if one did."""
    if window := fired_in(budget):
        found.add(budget.subject.criterion.id, lambda: window_that_fired(budget, window))


def first(budgets: list[Budgeted], kind: MetricKind) -> Budgeted | None:
    """The first budget of a *kind* over all requests that decides; an advisory one if there is no other."""
    mine = [b for b in budgets if b.subject.metric.kind == kind and b.subject.name == "all"]
    return next((b for b in mine if not b.subject.criterion.advisory), mine[0] if mine else None)


def add_histogram(found: Gallery, newest: Attempt, budget: Budgeted | None) -> None:
    """The spread of latencies of one run."""
    limit = budget.subject.criterion.limit if budget else None
    words = (limit.value, f"limit {budget.subject.finding.limit}") if budget and limit else None

    def draw() -> Plot | None:
        seen = together(spreads(newest.run).values())
        if seen is None:
            found.missing.append("Latency histogram: the load run ended before it wrote one.")
            return None
        return histogram(seen, words)

    found.add("Latency histogram", draw)


def add_e_values(found: Gallery, budget: Budgeted) -> None:
    """The bets on one budget, if any slice counts."""
    name = budget.subject.criterion.id
    what = f"Evidence for keeping {name}"

    def draw() -> Plot | None:
        if budget.shares.size:
            return e_values(budget, f"plot-e-values-{name}")
        found.missing.append(f"{what}: no slice counts: {budget.found.newest_problem}.")
        return None

    found.add(what, draw)


def add_watch(found: Gallery, metrics: list[Subject], spans: list[Span]) -> None:
    """Add each gauge and the probes over the window, if there are samples."""
    unseen = [subject.criterion.id for subject in metrics if not add_watched(found, subject, spans)]
    if unseen:
        found.missing.append(f"{', '.join(unseen)}: nobody watched.")


def add_watched(found: Gallery, subject: Subject, spans: list[Span]) -> bool:
    """One sampled metric; False if there is no sample of it."""
    picture = OVER_TIME.get(subject.metric.kind)
    if picture is None:
        return True
    seen: list[SampleRound] = []

    def draw() -> Plot | None:
        seen.extend(slots(subject))
        return picture(subject, seen, spans) if seen else None

    before = len(found.missing)
    found.add(subject.criterion.id, draw)
    return bool(seen) or len(found.missing) > before


def add_drills(found: Gallery, cases: list[Case]) -> None:
    """Add the newest drill of each criterion that drills show, and the times of all its drills."""
    for case in cases:
        drills = drills_of(case)
        if not drills:
            found.missing.append(f"{case.criterion.id}: no drill came to its end.")
        elif drills[-1].steps:
            found.add(case.criterion.id, partial(timeline, case.criterion.id, drills[-1]))
            found.add(case.criterion.id, partial(history, case, drills))
            found.add(case.criterion.id, partial(losses, case, drills))
