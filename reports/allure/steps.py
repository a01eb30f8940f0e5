"""The steps of a result that no test wrote: what a drill did and how long it took, and who signed."""

from itertools import accumulate
from typing import Any

from reports.charts.timeline import is_late, told
from rollout.evidence import Ledger, Run
from rollout.evidence.records import Attestation, Drill
from rollout.judge.finding import Finding


def drill_of(finding: Finding, ledger: Ledger) -> Drill | None:
    """The newest drill that a finding rests on."""
    drills = [drill for run in rested_on(finding, ledger) for drill in run.of(Drill) if drill.criterion == finding.id]
    return max(drills, key=lambda each: each.t, default=None)


def steps_of(finding: Finding, ledger: Ledger) -> list[dict[str, Any]]:
    """The steps of the newest drill, or the words of people, that a finding rests on, as Allure reads them."""
    drill = drill_of(finding, ledger)
    return steps_of_drill(drill) if drill else words_of_people(finding, ledger)


def steps_of_drill(drill: Drill) -> list[dict[str, Any]]:
    """Each step with its time; only one that took too long failed by itself."""
    begin = began(drill)
    ends = list(accumulate(step.seconds for step in drill.steps))
    return [
        step_at(told(step), not is_late(step), begin + end - step.seconds, begin + end)
        for step, end in zip(drill.steps, ends, strict=True)
    ]


def began(drill: Drill) -> float:
    """When a drill began, in seconds since the epoch: its record is written at its end."""
    return drill.t - sum(step.seconds for step in drill.steps)


def words_of_people(finding: Finding, ledger: Ledger) -> list[dict[str, Any]]:
    """What each person said about a criterion, oldest first."""
    said = [word for run in rested_on(finding, ledger) for word in run.of(Attestation) if word.criterion == finding.id]
    return [step_at(in_words(each), each.accepted, each.t, each.t) for each in sorted(said, key=lambda word: word.t)]


def in_words(said: Attestation) -> str:
    """Who said what, in which role."""
    forms = f"{said.satisfied} of {said.answers} forms satisfied: " if said.answers is not None else ""
    deed = "stands in for" if said.demo else "signed as" if said.accepted else "refused as"
    return f"{said.by} {deed} {said.role}: {forms}{said.statement}"


def rested_on(finding: Finding, ledger: Ledger) -> list[Run]:
    """The runs that a finding names as its evidence."""
    return [run for run in ledger.runs if run.path.stem in finding.evidence]


def step_at(name: str, good: bool, begin: float, end: float) -> dict[str, Any]:
    """One step as Allure reads it; times are ms since the epoch."""
    status = "passed" if good else "failed"
    times = {"start": round(begin * 1000), "stop": round(end * 1000)}
    return {"name": name, "status": status, "stage": "finished", **times, "steps": [], "attachments": []}
