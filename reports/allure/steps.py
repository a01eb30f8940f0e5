"""The steps of a result without tests: those of a drill with their times, or the attestations of people."""

from itertools import accumulate
from typing import Any

from reports.charts.timeline import is_late, told
from rollout.evidence import Ledger, Run
from rollout.evidence.records import Attestation, Drill
from rollout.judge.finding import Finding


def drill_of(finding: Finding, ledger: Ledger) -> Drill | None:
    """The newest drill in the evidence of a finding."""
    drills = [drill for run in rested_on(finding, ledger) for drill in run.of(Drill) if drill.criterion == finding.id]
    return max(drills, key=lambda each: each.t, default=None)


def steps_of(finding: Finding, ledger: Ledger) -> list[dict[str, Any]]:
    """The steps of the newest drill in the evidence of a finding, else its attestations, in Allure's format."""
    drill = drill_of(finding, ledger)
    return steps_of_drill(drill) if drill else words_of_people(finding, ledger)


def steps_of_drill(drill: Drill) -> list[dict[str, Any]]:
    """Each step with its time; a step that took too long has the status failed."""
    begin = began(drill)
    ends = list(accumulate(step.seconds for step in drill.steps))
    return [
        step_at(told(step), not is_late(step), begin + end - step.seconds, begin + end)
        for step, end in zip(drill.steps, ends, strict=True)
    ]


def began(drill: Drill) -> float:
    """The start of a drill in seconds since the epoch, computed from its record, which is written at its end."""
    return drill.t - sum(step.seconds for step in drill.steps)


def words_of_people(finding: Finding, ledger: Ledger) -> list[dict[str, Any]]:
    """The attestations of a criterion as steps, oldest first."""
    said = [word for run in rested_on(finding, ledger) for word in run.of(Attestation) if word.criterion == finding.id]
    return [step_at(in_words(each), each.accepted, each.t, each.t) for each in sorted(said, key=lambda word: word.t)]


def in_words(said: Attestation) -> str:
    """An attestation in one line: person, role and statement."""
    forms = f"{said.satisfied} of {said.answers} forms satisfied: " if said.answers is not None else ""
    deed = "stands in for" if said.demo else "signed as" if said.accepted else "refused as"
    return f"{said.by} {deed} {said.role}: {forms}{said.statement}"


def rested_on(finding: Finding, ledger: Ledger) -> list[Run]:
    """The runs that a finding names as its evidence."""
    return [run for run in ledger.runs if run.path.stem in finding.evidence]


def step_at(name: str, good: bool, begin: float, end: float) -> dict[str, Any]:
    """One step in Allure's format; *begin* and *end* in seconds since the epoch become ms."""
    status = "passed" if good else "failed"
    times = {"start": round(begin * 1000), "stop": round(end * 1000)}
    return {"name": name, "status": status, "stage": "finished", **times, "steps": [], "attachments": []}
