"""Select the evidence after a trigger was cleared, by the time of each record and not by the beginning of its run."""

from collections.abc import Iterable
from dataclasses import replace

from rollout.evidence import Run
from rollout.evidence.records import Attestation, Canary, ComparisonPairs, Drill, Slot, TestOutcome
from rollout.judge.selection import PEOPLE

EVIDENCE = (Attestation, Canary, ComparisonPairs, Drill, Slot, TestOutcome)  # beside the seconds of a load


def after(runs: Iterable[Run], moment: float) -> tuple[Run, ...]:
    """The runs that went on after *moment* (seconds since the epoch), each without the evidence up to it."""
    return tuple(rest_of(run, moment) for run in runs if run.producer == PEOPLE or run.newest > moment)


def rest_of(run: Run, moment: float) -> Run:
    """The run without the evidence up to *moment*; records about the run itself stay."""
    kept = tuple(each for each in run.records if not isinstance(each, EVIDENCE) or each.happened > moment)
    return replace(run, records=kept, seconds=run.seconds.after(moment))
