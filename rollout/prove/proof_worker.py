"""A worker with a stand-in of its own, on which faults are tried one after the other."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from rollout.clean_text import clean
from rollout.drill.exercise import name_of
from rollout.embedded import booted, handing, standin
from rollout.evidence import read_ledger
from rollout.gate.stages import DECIDED
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Criterion, EvidenceSource, Plan, Support, load_plan
from rollout.project import current_project
from rollout.prove.faults import KnownFault
from rollout.suite import suite_of

WINDOW_S, WATCH_S, EVERY_S = 9.0, 12.0, 0.75
STAGE_S = 900
SPARE_S = 6.0
TIMEOUT_S = 12.0
QUIET = ("-q", "-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:allure_pytest")
COMMON = ("--parent", "proof")
PYTHON = (sys.executable, "-m")
Stage = list[list[str]]
SHORT_LOAD = {
    "users": "20",
    "actions_per_minute": "240",
    "ramp": '"2s"',
    "hold": '"14s"',
    "shape": '"hold"',
    "beside": '"600s"',
}
SLOWEST = "24"  # actions per minute of a scenario with a rate of its own: five or six during the short load


@dataclass(frozen=True)
class ProofWorker:
    """A running stand-in, a process that runs tests on it, and the plan that is judged."""

    plan: Plan
    state: dict[str, Any]
    runner: subprocess.Popen[str]

    def fit(self) -> bool:
        """Whether every service of the stand-in is alive."""
        return standin(suite_of(self.plan), "status", "--dir", self.state["dir"], check=False).returncode == 0

    def test(self, arguments: list[str], needed: Iterable[str], longest_s: float) -> None:
        """
        Run pytest to its end; tests that are not *needed* run only while there is time. No wait exceeds *longest_s*.
        """
        assert self.runner.stdin is not None
        assert self.runner.stdout is not None
        call = {"arguments": arguments, "needed": list(needed), "spare_s": SPARE_S, "longest_s": longest_s}
        self.runner.stdin.write(json.dumps(call) + "\n")
        self.runner.stdin.flush()
        if not self.runner.stdout.readline():
            raise RuntimeError("the process that runs the tests died")

    def switch(self, fault: KnownFault, on: bool) -> None:
        """Turn a fault on or off; a fault of the monitor itself needs no switch."""
        if fault.kind != "monitor":
            standin(suite_of(self.plan), "fault", fault.name, *(() if on else ("--off",)), "--dir", self.state["dir"])

    def look(
        self,
        names: Iterable[str],
        nodes: list[str],
        folder: Path,
        more: Iterable[str] = (),
        *,
        by_name: Iterable[str] = (),
        cut_short: bool = False,
        longest_s: float = TIMEOUT_S,
    ) -> dict[str, Finding]:
        """
        Full criterion id → finding, from fresh evidence about *names* and the tests *nodes*.

        The tests *more* run too while there is time. Of the other tests of a criterion that one has turned red only
        those *by_name* run.
        """
        wanted = set(names)
        criteria = [criterion for criterion in self.plan.criteria if criterion.id in wanted]
        common = [*COMMON, "--journals", str(folder / "journals")]
        if every := list(dict.fromkeys([*nodes, *more])):
            through = [f"--whatever-broken={node}" for node in by_name]
            self.test([*every, "--until-broken", *through, *QUIET, *common], needed=nodes, longest_s=longest_s)
        short = self.plan_with_short_load(folder)
        for stage in (watches(self.plan, criteria, cut_short), *loads(self.plan, criteria, short), *drills(criteria)):
            run(stage, common, environment(self.state))
        ledger = read_ledger([folder])
        judged = load_plan(short)  # the judge compares a load with the plan of its run
        window = WINDOW_S if any(criterion.source is EvidenceSource.METRIC for criterion in criteria) else None
        found: dict[str, Finding] = {}
        for phase in self.plan.phases:
            decision = decide(
                judged,
                phase.id,
                ledger,
                time.time(),
                release=self.state["version"],
                window_s=window,
                prerequisites=(),
            )
            found |= {finding.id: finding for finding in decision.findings}
        return found

    def plan_with_short_load(self, folder: Path) -> Path:
        """Write the plan with a shorter and faster load into *folder*: as many requests in less time."""
        project = current_project()
        text = project.plan_file.read_text(encoding="utf-8")
        for key, value in SHORT_LOAD.items():
            text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
        text = re.sub(r"(\{[^}\n]*\bactions_per_minute = )\d+", rf"\g<1>{SLOWEST}", text)
        text = text.replace('document = "', f'document = "{project.root}/', 1)
        path = folder / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return path


def environment(state: dict[str, Any]) -> dict[str, str]:
    """The environment in which a stand-in is the target; tests are compiled once for all faults."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    more = {
        **handing(state),
        "PYTHONPYCACHEPREFIX": str(current_project().root / ".pytest_cache" / "compiled"),
    }
    return {**inherited, **more, "PYTHONUNBUFFERED": "1"}


def watches(plan: Plan, criteria: list[Criterion], cut_short: bool) -> Stage:
    """The commands of monitors, side by side: one for each step that shows a sampled criterion."""
    times = ["--for", f"{WATCH_S / 2 if cut_short else WATCH_S}s", "--every", f"{EVERY_S}s", "--no-decision"]
    steps = steps_to_watch(plan, criteria)
    return [[*PYTHON, "rollout", "watch", phase, "--step", step, *times] for phase, step in steps]


def loads(plan: Plan, criteria: list[Criterion], file: Path) -> Iterator[Stage]:
    """
    The commands of load runs under the plan in *file*, one after the other, for the fewest phases that are enough.
    """
    locust = [*PYTHON, "locust", "-f", suite_of(plan).locustfile, "--headless", "--progress", "plain"]
    for phase in load_phases(plan, criteria):
        yield [[*locust, "--phase", phase, "--plan", str(file)]]


def drills(criteria: list[Criterion]) -> Iterator[Stage]:
    """The commands of the drills that show a criterion, one after the other."""
    for name in dict.fromkeys(name_of(criterion) for criterion in criteria if criterion.source is EvidenceSource.DRILL):
        yield [[*PYTHON, "rollout", "drill", name]]


def load_phases(plan: Plan, criteria: list[Criterion]) -> list[str]:
    """
    The fewest phases whose loads show each load criterion once, preferring those for which a short load is enough.
    """
    every = [criterion for criterion in criteria if criterion.source is EvidenceSource.LOAD]
    easy = {criterion.id for criterion in every if criterion.support is not Support.REQUIRED}
    under_load = [item for item in every if item.support is not Support.REQUIRED or item.id not in easy]
    shows = {phase.id: {item.id for item in under_load if phase.id in item.phases} for phase in plan.phases}
    missing = {criterion.id for criterion in under_load}
    chosen: list[str] = []
    while missing:
        phase = max(shows, key=lambda name: len(shows[name] & missing))
        chosen.append(phase)
        missing -= shows[phase]
    return chosen


def steps_to_watch(plan: Plan, criteria: list[Criterion]) -> list[tuple[str, str]]:
    """The phases and steps that show the sampled criteria, each once."""
    sampled = [criterion for criterion in criteria if criterion.source is EvidenceSource.METRIC]
    steps = [(item.phases[0], item.step or plan.phase(item.phases[0]).steps[-1].id) for item in sampled]
    return list(dict.fromkeys(steps))


def run(stage: Stage, common: list[str], surroundings: dict[str, str]) -> None:
    """
    Run the producers of a stage to their end; their results are in their journals.

    A producer that ends with another code than that of a decision may have left none; its last line goes to stderr.
    """
    with ExitStack() as stack:
        said = [stack.enter_context(TemporaryFile()) for _ in stage]
        processes = [
            subprocess.Popen(
                [*command, *common], cwd=current_project().root, env=surroundings, stdout=words, stderr=words
            )
            for command, words in zip(stage, said, strict=True)
        ]
        for process, words in zip(processes, said, strict=True):
            try:
                process.wait(timeout=STAGE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.returncode not in DECIDED:
                print(f"{named(process)} ended with {process.returncode}: {last_line(words)}", file=sys.stderr)


def named(process: subprocess.Popen[bytes]) -> str:
    """A producer by the first words of its command, without the interpreter."""
    assert isinstance(process.args, list)
    return " ".join(map(str, process.args[len(PYTHON) :][:3]))


def last_line(words: IO[bytes]) -> str:
    """The last line of the output of a process."""
    words.seek(0)
    lines = words.read().decode(errors="replace").splitlines()
    return clean(lines[-1]) if lines else "it said nothing"


@contextmanager
def proof_worker(plan: Plan, baseline: bool = False) -> Iterator[ProofWorker]:
    """A worker with its stand-in, for the block."""
    command = [*PYTHON, "rollout.prove.runner"]
    with (
        booted(suite_of(plan), os.getpid(), baseline) as state,
        subprocess.Popen(
            command,
            cwd=current_project().root,
            env=environment(state),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as runner,
    ):
        try:
            yield ProofWorker(plan, state, runner)
        finally:
            runner.terminate()
