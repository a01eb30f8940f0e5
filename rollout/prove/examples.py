"""One good journal and a few bad ones for each rule of the judge, as small as possible."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollout.evidence import JournalState, Run
from rollout.evidence.record_lines import decoded
from rollout.evidence.recorded_run import run_of
from rollout.evidence.records import Record, RunFinished
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case, Finding
from rollout.judge.verdict import Verdict
from rollout.metrics import MetricKind
from rollout.plan import Criterion, EvidenceSource, Plan

FOLDER = Path(__file__).parents[1] / "judge" / "examples"
NOW = 3600.0
CRITERION = {"id": "example", "phases": ["stage"], "states": "it holds", "max_age": "1d", "next": "mend it"}
STEP = {"id": "all", "exposure": "everyone", "percent": 100}
PHASE = {"id": "stage", "title": "Stage", "week": "1", "objective": "it works", "deadline": "1w", "rollback": "go back"}
PLAN = {"schema_version": 1, "title": "An example", "overview": "One phase"}
STARTED: dict[str, object] = {
    "run": "one",
    "known": [],
    "phase": "stage",
    "target": "example",
    "environment": "staging",
    "release": "1.0",
    "plan": "",
    "parent": None,
    "window_s": None,
    "not_applicable": {},
}


@dataclass(frozen=True)
class Example:
    """The *lines* of a journal without seals, and the verdict on it; the usual fields of `run-started` are left out."""

    verdict: Verdict
    reason: str
    lines: tuple[str, ...]

    def records(self) -> list[Record]:
        """The records of the lines, at second 0 where a line has no time."""
        return list(map(record, self.lines))

    def run(self) -> Run:
        """The run of the lines; without `run-finished` it was cut short."""
        records = self.records()
        whole = isinstance(records[-1], RunFinished)
        return run_of(Path("example.jsonl"), JournalState.COMPLETE if whole else JournalState.TORN, records)


@dataclass(frozen=True)
class JudgeRule:
    """One rule of the judge with the smallest *plan* that uses it; the *good* journal meets it, each of the *bad* does not."""

    name: str
    plan: Plan
    good: Example
    bad: tuple[Example, ...]

    @property
    def examples(self) -> tuple[Example, ...]:
        return (self.good, *self.bad)

    def finding(self, example: Example) -> Finding:
        """The finding of the judge about an example."""
        (criterion,) = self.plan.criteria
        return finding_of(Case(criterion, self.plan.phase("stage"), (example.run(),), NOW))


def rule_of(criterion: Criterion) -> str:
    """The name of the rule by which a criterion is judged."""
    if criterion.metric:
        return criterion.measured.kind.value
    return MetricKind.SIGNATURES.value if criterion.source is EvidenceSource.ATTESTATION else criterion.source.value


def rules() -> Iterator[JudgeRule]:
    """Every rule that has examples."""
    return (load_rule(file.stem) for file in sorted(FOLDER.glob("*.toml")))


def load_rule(name: str) -> JudgeRule:
    """The rule of that *name* with its examples."""
    document = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    bad = tuple(map(example, document["bad"]))
    return JudgeRule(name, plan_of(document), example(document["good"]), bad)


def plan_of(document: Mapping[str, Any]) -> Plan:
    """The smallest plan with the criterion of an example."""
    phase = {**PHASE, "steps": [{**STEP, **document.get("step", {})}], "load": document.get("load")}
    return Plan.model_validate({**PLAN, "phases": [phase], "criteria": [{**CRITERION, **document["criterion"]}]})


def example(table: Mapping[str, str]) -> Example:
    """The example in a table of the file."""
    return Example(Verdict[table["verdict"]], table["reason"], tuple(table["journal"].split("\n")[:-1]))


def record(line: str) -> Record:
    """The record in a line of an example."""
    fields = json.loads(line)
    usual = STARTED if fields["kind"] == "run-started" else {}
    return decoded(fields["kind"], json.dumps({"t": 0.0, **usual, **fields}).encode())
