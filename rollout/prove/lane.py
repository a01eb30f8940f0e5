"""One stand-in of its own, on which faults are tried one after the other."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.paths import ROOT
from rollout.plan import Plan, Source
from rollout.prove.faults import Fault
from rollout.target.embedded import STATE_VARIABLE, booted, standin

LOAD_PHASE = "phase3"
LOAD = ("-u", "40", "-t", "20s")
WATCH_S, EVERY_S = 9.0, 0.3
TESTS_S, STAGE_S = 240, 120
QUIET = (
    "-q",
    "-q",
    "--no-header",
    "--no-summary",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:allure_pytest",
    "-p",
    "no:schemathesis",
    "-p",
    "no:hypothesispytest",
)


@dataclass(frozen=True)
class Lane:
    """A running stand-in and the plan that is judged."""

    plan: Plan
    state: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, STATE_VARIABLE: str(Path(self.state["dir"]) / "state.json"), "PYTHONUNBUFFERED": "1"}

    def switch(self, fault: Fault, on: bool) -> None:
        """Turn a fault on or off; one of the monitor itself needs no stand-in."""
        if fault.kind != "monitor":
            standin("fault", fault.name, *(() if on else ("--off",)), "--dir", self.state["dir"])

    def look(self, sources: set[Source], nodes: list[str], cut_short: bool = False) -> dict[str, Finding]:
        """Full criterion id → what the judge finds, from fresh evidence of the *sources* alone."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            for command, timeout in self.commands(sources, nodes, folder, cut_short):
                run(command, self.environment, timeout)
            ledger = read_ledger([folder])
            window = WATCH_S if Source.METRIC in sources else None
            found: dict[str, Finding] = {}
            for phase in self.plan.phases:
                decision = decide(
                    self.plan, phase.id, ledger, time.time(), release=self.state["version"], window_s=window
                )
                found |= {finding.id: finding for finding in decision.findings}
            return found

    def pytest(self) -> list[str]:
        """How pytest is called."""
        return [sys.executable, "-m", "pytest"]

    def commands(
        self, sources: set[Source], nodes: list[str], folder: Path, cut_short: bool
    ) -> Iterator[tuple[list[str], float]]:
        """The producers to run, each with the seconds it may take."""
        python, common = [sys.executable, "-m"], ["--journals", str(folder), "--parent", "proof"]
        if Source.TESTS in sources and nodes:
            yield [*self.pytest(), *nodes, *QUIET, *common], TESTS_S
        if Source.METRIC in sources:
            for phase in self.plan.phases:
                for step in (
                    phase.steps if any(c.source is Source.METRIC for c in self.plan.criteria_of(phase.id)) else ()
                ):
                    length = WATCH_S / 2 if cut_short else WATCH_S
                    yield (
                        [
                            *python,
                            "rollout",
                            "watch",
                            phase.id,
                            "--for",
                            f"{length}s",
                            "--every",
                            f"{EVERY_S}s",
                            "--step",
                            step.id,
                            "--no-decision",
                            *common,
                        ],
                        STAGE_S,
                    )
        if Source.LOAD in sources:
            locust = ["locust", "-f", str(ROOT / "load" / "locustfile.py"), "--headless", "--progress", "plain"]
            yield [*python, *locust, "--phase", LOAD_PHASE, *LOAD, *common], STAGE_S


def run(command: list[str], environment: dict[str, str], timeout: float) -> None:
    """Run one producer to its end; what it found stands in its journal, whatever its exit code says."""
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        timeout=timeout,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def lane(plan: Plan) -> Iterator[Lane]:
    """A stand-in for as long as the block lasts."""
    with booted(os.getpid()) as state:
        yield Lane(plan, state)
