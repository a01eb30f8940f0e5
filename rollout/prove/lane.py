"""One stand-in of its own, on which faults are tried one after the other."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.paths import ROOT
from rollout.plan import Criterion, Plan, Source
from rollout.prove.faults import Fault
from rollout.target.embedded import STATE_VARIABLE, booted, standin

LOAD_PHASE = "phase1"
LOAD = ("-u", "40", "-t", "26s")
WATCH_S, EVERY_S = 9.0, 0.3
TESTS_S, STAGE_S = 400, 120
QUIET = ("-q", "-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:allure_pytest")
COMMON = ("--parent", "proof")


@dataclass(frozen=True)
class Lane:
    """A running stand-in and the plan that is judged."""

    plan: Plan
    state: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, STATE_VARIABLE: str(Path(self.state["dir"]) / "state.json"), "PYTHONUNBUFFERED": "1"}

    def fit(self) -> bool:
        """Whether every service is alive."""
        return standin("status", "--dir", self.state["dir"], check=False).returncode == 0

    def switch(self, fault: Fault, on: bool) -> None:
        """Turn a fault on or off; one of the monitor itself needs no stand-in."""
        if fault.kind != "monitor":
            standin("fault", fault.name, *(() if on else ("--off",)), "--dir", self.state["dir"])

    def look(self, names: Iterable[str], nodes: list[str], folder: Path, cut_short: bool = False) -> dict[str, Finding]:
        """Full criterion id → what the judge finds, from fresh evidence about *names* and the tests *nodes*."""
        wanted = set(names)
        criteria = [criterion for criterion in self.plan.criteria if criterion.id in wanted]
        for command, timeout in commands(self.plan, criteria, nodes, cut_short):
            run([*command, "--journals", str(folder), *COMMON], self.environment, timeout)
        ledger = read_ledger([folder])
        window = WATCH_S if any(criterion.source is Source.METRIC for criterion in criteria) else None
        found: dict[str, Finding] = {}
        for phase in self.plan.phases:
            decision = decide(self.plan, phase.id, ledger, time.time(), release=self.state["version"], window_s=window)
            found |= {finding.id: finding for finding in decision.findings}
        return found


def commands(
    plan: Plan, criteria: list[Criterion], nodes: list[str], cut_short: bool
) -> Iterator[tuple[list[str], float]]:
    """The producers to run, each with the seconds it may take."""
    python = [sys.executable, "-m"]
    if nodes:
        yield [*python, "pytest", *nodes, "--until-broken", *QUIET], TESTS_S
    for phase, step in steps_to_watch(plan, criteria):
        times = ["--for", f"{WATCH_S / 2 if cut_short else WATCH_S}s", "--every", f"{EVERY_S}s"]
        yield [*python, "rollout", "watch", phase, "--step", step, *times, "--no-decision"], STAGE_S
    for phase in sorted({load_phase(criterion) for criterion in criteria if criterion.source is Source.LOAD}):
        locust = ["locust", "-f", str(ROOT / "load" / "locustfile.py"), "--headless", "--progress", "plain"]
        yield [*python, *locust, "--phase", phase, *LOAD], STAGE_S


def load_phase(criterion: Criterion) -> str:
    """The phase whose load shows a criterion: as few runs as possible."""
    return LOAD_PHASE if LOAD_PHASE in criterion.phases else criterion.phases[0]


def steps_to_watch(plan: Plan, criteria: list[Criterion]) -> list[tuple[str, str]]:
    """The phases and steps that show the sampled criteria, each once."""
    sampled = [criterion for criterion in criteria if criterion.source is Source.METRIC]
    steps = [(item.phases[0], item.step or plan.phase(item.phases[0]).steps[-1].id) for item in sampled]
    return list(dict.fromkeys(steps))


def run(command: list[str], environment: dict[str, str], timeout: float) -> None:
    """Run one producer to its end; what it found stands in its journal, whatever its exit code says."""
    with open(os.devnull, "w") as nowhere:
        subprocess.run(command, cwd=ROOT, env=environment, timeout=timeout, check=False, stdout=nowhere, stderr=nowhere)


@contextmanager
def lane(plan: Plan, baseline: bool = False) -> Iterator[Lane]:
    """A stand-in for as long as the block lasts."""
    with booted(os.getpid(), baseline) as state:
        yield Lane(plan, state)
