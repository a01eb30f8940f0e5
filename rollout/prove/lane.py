"""One stand-in of its own, on which faults are tried one after the other."""

import json
import os
import re
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
from rollout.plan import PLAN_FILE, Criterion, Plan, Source
from rollout.prove.faults import Fault
from rollout.target.embedded import STATE_VARIABLE, booted, standin

LOAD_PHASE = "phase1"
WINDOW_S, WATCH_S, EVERY_S = 9.0, 12.0, 0.75
STAGE_S = 400
QUIET = ("-q", "-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:allure_pytest")
COMMON = ("--parent", "proof")
PYTHON = (sys.executable, "-m")
Stage = list[list[str]]
PACE = {
    "users": "20",
    "actions_per_minute": "240",
    "ramp": '"2s"',
    "hold": '"14s"',
    "shape": '"hold"',
    "beside": '"60s"',
}


@dataclass(frozen=True)
class Lane:
    """A running stand-in, a process that runs tests on it, and the plan that is judged."""

    plan: Plan
    state: dict[str, Any]
    runner: subprocess.Popen[str]

    def fit(self) -> bool:
        """Whether every service is alive."""
        return standin("status", "--dir", self.state["dir"], check=False).returncode == 0

    def test(self, arguments: list[str]) -> None:
        """Run pytest to its end."""
        assert self.runner.stdin is not None
        assert self.runner.stdout is not None
        self.runner.stdin.write(json.dumps(arguments) + "\n")
        self.runner.stdin.flush()
        if not self.runner.stdout.readline():
            raise RuntimeError("the process that runs the tests died")

    def switch(self, fault: Fault, on: bool) -> None:
        """Turn a fault on or off; one of the monitor itself needs no stand-in."""
        if fault.kind != "monitor":
            standin("fault", fault.name, *(() if on else ("--off",)), "--dir", self.state["dir"])

    def look(self, names: Iterable[str], nodes: list[str], folder: Path, cut_short: bool = False) -> dict[str, Finding]:
        """Full criterion id → what the judge finds, from fresh evidence about *names* and the tests *nodes*."""
        wanted = set(names)
        criteria = [criterion for criterion in self.plan.criteria if criterion.id in wanted]
        common = [*COMMON, "--journals", str(folder / "journals")]
        if nodes:
            self.test([*nodes, "--until-broken", *QUIET, *common])
        for stage in (watches(self.plan, criteria, cut_short), *loads(criteria, self.paced_plan(folder))):
            run(stage, common, environment(self.state))
        ledger = read_ledger([folder])
        window = WINDOW_S if any(criterion.source is Source.METRIC for criterion in criteria) else None
        found: dict[str, Finding] = {}
        for phase in self.plan.phases:
            decision = decide(self.plan, phase.id, ledger, time.time(), release=self.state["version"], window_s=window)
            found |= {finding.id: finding for finding in decision.findings}
        return found

    def paced_plan(self, folder: Path) -> Path:
        """The plan with a shorter and faster load: as many requests in less time."""
        text = PLAN_FILE.read_text(encoding="utf-8")
        for key, value in PACE.items():
            text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
        text = text.replace('document = "', f'document = "{PLAN_FILE.parent}/', 1)
        path = folder / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return path


def environment(state: dict[str, Any]) -> dict[str, str]:
    """The environment in which a stand-in is the target."""
    return {**os.environ, STATE_VARIABLE: str(Path(state["dir"]) / "state.json"), "PYTHONUNBUFFERED": "1"}


def watches(plan: Plan, criteria: list[Criterion], cut_short: bool) -> Stage:
    """A monitor for each step that shows a sampled criterion, side by side."""
    times = ["--for", f"{WATCH_S / 2 if cut_short else WATCH_S}s", "--every", f"{EVERY_S}s", "--no-decision"]
    steps = steps_to_watch(plan, criteria)
    return [[*PYTHON, "rollout", "watch", phase, "--step", step, *times] for phase, step in steps]


def loads(criteria: list[Criterion], plan: Path) -> Iterator[Stage]:
    """A load run for each phase that shows a load criterion, one after the other."""
    for phase in sorted({load_phase(criterion) for criterion in criteria if criterion.source is Source.LOAD}):
        file = str(ROOT / "load" / "locustfile.py")
        yield [
            [*PYTHON, "locust", "-f", file, "--headless", "--progress", "plain", "--phase", phase, "--plan", str(plan)]
        ]


def load_phase(criterion: Criterion) -> str:
    """The phase whose load shows a criterion: as few runs as possible."""
    return LOAD_PHASE if LOAD_PHASE in criterion.phases else criterion.phases[0]


def steps_to_watch(plan: Plan, criteria: list[Criterion]) -> list[tuple[str, str]]:
    """The phases and steps that show the sampled criteria, each once."""
    sampled = [criterion for criterion in criteria if criterion.source is Source.METRIC]
    steps = [(item.phases[0], item.step or plan.phase(item.phases[0]).steps[-1].id) for item in sampled]
    return list(dict.fromkeys(steps))


def run(stage: Stage, common: list[str], surroundings: dict[str, str]) -> None:
    """Run the producers of a stage to their end; what they found stands in their journals, whatever they exit with."""
    with open(os.devnull, "w") as nowhere:
        processes = [
            subprocess.Popen([*command, *common], cwd=ROOT, env=surroundings, stdout=nowhere, stderr=nowhere)
            for command in stage
        ]
        for process in processes:
            try:
                process.wait(timeout=STAGE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def lane(plan: Plan, baseline: bool = False) -> Iterator[Lane]:
    """A stand-in for as long as the block lasts."""
    command = [*PYTHON, "rollout.prove.runner"]
    with (
        booted(os.getpid(), baseline) as state,
        subprocess.Popen(
            command, cwd=ROOT, env=environment(state), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as runner,
    ):
        try:
            yield Lane(plan, state, runner)
        finally:
            runner.terminate()
