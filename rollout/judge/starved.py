"""Leave out failures of a target on this machine that got no processor: they show how busy the machine was."""

from collections.abc import Callable
from dataclasses import replace

from rollout.evidence import Run
from rollout.evidence.load_readings import is_share
from rollout.evidence.records import Slot
from rollout.judge.digits import apart
from rollout.judge.finding import Case, Finding
from rollout.judge.verdict import Verdict
from rollout.metrics import MetricKind

STARVED_PERCENT = 50  # beyond it every second of work takes two and more
WAITED = "target_waited_percent"
EXCUSED = (
    MetricKind.FAIL_SHARE,
    MetricKind.LATENCY,
    MetricKind.MEAN,
    MetricKind.REQUESTS,
    MetricKind.AVAILABILITY,
    MetricKind.GAUGE,
)  # a lost write is never excused
BY_SECONDS = (
    MetricKind.FAIL_SHARE,
    MetricKind.LATENCY,
    MetricKind.MEAN,
)  # their triggers leave out seconds in which the target starved


def without_starved(judge: Callable[[Case], Finding], case: Case) -> Finding:
    """
    The finding of *judge*; if worse than UNPROVEN, judged again without runs and rounds in which the target starved.

    If nothing worse than UNPROVEN remains, the finding is UNPROVEN. A limit that holds in spite of starvation holds, and
    a trigger that fired in seconds with a processor stays.
    """
    found = judge(case)
    if found.verdict <= Verdict.UNPROVEN or not is_excused(case, found.verdict) or not (why := starved_in(case)):
        return found
    rest = judge(replace(case, runs=tuple(fed(run) for run in case.runs if not starved_run(run))))
    return rest if rest.verdict > Verdict.UNPROVEN else case.held_back(found, why)


def is_excused(case: Case, verdict: Verdict) -> bool:
    """Whether a machine without a processor to spare can be the reason for the *verdict* on a healthy target."""
    if case.criterion.metric is None:
        return False
    measured = case.criterion.measured
    if verdict is Verdict.TRIGGERED and measured.kind in BY_SECONDS:
        return False
    return measured.needs_processor and measured.kind in EXCUSED


def starved_in(case: Case) -> str:
    """The worst time of a case in which the target was kept from a processor, in words; empty where there was none."""
    runs = [mean_wait(run) for run in case.runs]
    rounds = [slot.target_waited_percent for run in case.runs for slot in run.of(Slot)]
    return starved(max((each for each in (*runs, *rounds) if each is not None and starved(each)), default=None))


def fed(run: Run) -> Run:
    """The run without the rounds of the monitor in which the target was kept from a processor."""
    kept = tuple(each for each in run.records if not (isinstance(each, Slot) and starved(each.target_waited_percent)))
    return run if len(kept) == len(run.records) else replace(run, records=kept)


def starved_run(run: Run) -> bool:
    """Whether the target was kept from a processor for a run of load as a whole."""
    return bool(starved(mean_wait(run)))


def mean_wait(run: Run) -> float | None:
    """How long the target was kept from a processor over all seconds of a load, in percent; None where nobody knows."""
    return run.readings.mean(WAITED, run.seconds.sums().planned.size)


def starved(waited_percent: float | None) -> str:
    """
    How long a target was kept from a processor, in words; empty if it was not, runs on another machine, or cannot have been.
    """
    if waited_percent is None or waited_percent < STARVED_PERCENT or not is_share(WAITED, waited_percent):
        return ""
    share = f"{apart(waited_percent, STARVED_PERCENT, 0, 'f')} % of the time in which it could run, limit {STARVED_PERCENT} %"
    return f"the target runs on this machine and was kept from a processor for {share}"
