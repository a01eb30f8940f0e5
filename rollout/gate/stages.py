"""The stages of a gate: which process produces which evidence."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rollout.checks import checks_by_criterion
from rollout.judge.gate_stages import LOAD
from rollout.plan import EvidenceSource, Phase, Plan
from rollout.project import current_project
from rollout.suite import Suite
from rollout.target import Target
from rollout.target.settings import LOAD_NEEDS
from rollout.values import STANDIN

WATCH_SLOTS = 30
INTERVAL_S = 30.0
READY_S = 900.0  # seconds for signing in and removing test data on a slow system
LAST_LOOK_S = 300.0
QUIET = ("-q", "--no-header", "--color=no", "-p", "no:cacheprovider")
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")  # what the tests of a file share is made once
SIDE_BY_SIDE = ("-n", "3", *BY_FILE)  # one more than the cores of a small machine: checks mostly wait
FOREIGN = ("PYTEST_", "LOCUST_", "PYTHONOPTIMIZE")  # prefixes of variables that would change how stages run
WIDE = "240"  # columns, so that a failure shows what was got and wanted; the gate folds the line
TESTS_ENDED = (0, 1)
DECIDED = (0, 10, 20, 30, 40)


@dataclass(frozen=True)
class Stage:
    """
    One process, and what runs beside it.

    It is ended after *within_s* seconds, far more than a healthy one needs, so that a system that hangs does not hang
    a gate. It worked if it ended with one of the codes *ends* and left a whole journal of its *producer* (of any if
    empty).
    """

    name: str
    command: tuple[str, ...]
    parallel: tuple["Stage", ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    producer: str = ""
    ends: tuple[int, ...] = (0,)
    within_s: float = 3600.0


@dataclass(frozen=True)
class Job:
    """The order of a gate: its phase, target, release and options."""

    plan: Plan
    suite: Suite
    plan_file: Path
    phase: Phase
    target: Target
    release: str
    window_s: float | None
    parent: str
    fail_fast: bool = False

    @property
    def journals(self) -> Path:
        return current_project().journals_of(self.target.name, self.phase.id)

    @property
    def common(self) -> tuple[str, ...]:
        """Options that every producer understands."""
        return (
            "--target",
            self.target.name,
            "--release",
            self.release,
            "--journals",
            str(self.journals),
            "--parent",
            self.parent,
        )


def stages(job: Job) -> list[Stage]:
    """
    The stages of the phase, cheapest first; a stage that no criterion needs in the target's environment is left out.
    """
    sources = {criterion.source for criterion in job.plan.measured_on(job.target.environment, job.phase.id)}
    found = []
    if EvidenceSource.TESTS in sources:
        found += test_stages(job)
    monitors = (monitor(job),) if EvidenceSource.METRIC in sources else ()
    if EvidenceSource.LOAD in sources and not load_lacks(job):
        found.append(load(job, monitors))
    elif monitors:
        found += monitors
    return found


def load_lacks(job: Job) -> list[str]:
    """The permissions that the target lacks for the load of the phase; none where no criterion needs a load there."""
    measured = job.plan.measured_on(job.target.environment, job.phase.id)
    needed = any(criterion.source is EvidenceSource.LOAD for criterion in measured)
    return job.target.lacking(*LOAD_NEEDS) if needed else []


def test_stages(job: Job) -> list[Stage]:
    """
    The suite's folders of tests, one after the other; on a stand-in all at once, in three processes.

    A stand-in gives each test an account and a rate limit of its own. A real target may refuse a second client of this
    machine while a check provokes its rate limit: there the tests run alone.
    """
    groups = folders_of_tests(job)
    if job.target.environment == STANDIN and len(groups) > 1:
        every = tuple(folder for group in groups for folder in group)
        return [tests(job, every[::-1], SIDE_BY_SIDE)]  # long files first, so that no process runs one alone at the end
    return [tests(job, group, ()) for group in groups]


def folders_of_tests(job: Job) -> list[tuple[str, ...]]:
    """
    The suite's folders of tests: one group for each with tests of the phase, by a scan of the source, else for each.

    The other folders go with the last group: the scan does not see every check, pytest does.
    """
    found = checks_by_criterion(job.plan)
    nodes = [node for name, each in found.items() if name.startswith(f"{job.phase.id}.") for node in each]
    bearing = [folder for folder in job.suite.tests if any(node.startswith(f"{folder}/") for node in nodes)]
    first = [(folder,) for folder in bearing or job.suite.tests]
    others = tuple(folder for folder in job.suite.tests if (folder,) not in first and is_there(folder))
    return [*first[:-1], (*first[-1], *others)] if first else []


def is_there(folder: str) -> bool:
    """Whether the project has a *folder* of tests."""
    return (current_project().root / folder).is_dir()


def tests(job: Job, folders: tuple[str, ...], options: tuple[str, ...]) -> Stage:
    """One run of pytest."""
    allure = results_of_allure(job)
    command = (
        *(sys.executable, "-m", "pytest", *folders, "-m", job.phase.id, *QUIET, *options),
        *("--alluredir", str(allure), "--plan", str(job.plan_file), *job.common),
    )
    return Stage(" and ".join(folders), command, environment={"COLUMNS": WIDE}, producer="pytest", ends=TESTS_ENDED)


def results_of_allure(job: Job) -> Path:
    """Where pytest leaves the results for Allure; a gate empties it before its first stage."""
    return current_project().phase_folder(job.target.name, job.phase.id) / "allure"


def load(job: Job, parallel: tuple[Stage, ...]) -> Stage:
    """The load run, in a process of its own, since locust patches the interpreter."""
    command = (
        *(sys.executable, "-m", "locust", "-f", job.suite.locustfile, "--headless"),
        *("--phase", job.phase.id, "--plan", str(job.plan_file), *job.common),
    )
    within_s = 2 * load_length(job.plan, job.phase) + READY_S
    return Stage(LOAD, command, parallel, {"LOCUST_PROGRESS": "plain"}, LOAD, DECIDED, within_s)


def monitor(job: Job) -> Stage:
    """The monitor for the window of a rehearsal, or for as long as the load lasts."""
    profile = job.phase.load
    for_s = job.window_s or (load_length(job.plan, job.phase) if profile else 60.0)
    interval = min(INTERVAL_S, for_s / WATCH_SLOTS)
    command = (
        *(sys.executable, "-m", "rollout", "watch", job.phase.id, "--for", f"{for_s:g}s", "--every", f"{interval:g}s"),
        *("--no-decision", "--step", job.phase.steps[-1].id, "--plan", str(job.plan_file), *job.common),
    )
    return Stage("watch", command, producer="watch", within_s=for_s + LAST_LOOK_S)


def load_length(plan: Plan, phase: Phase) -> float:
    """Seconds from the first request of a phase's load to its last, with the comparison beside the release before."""
    assert phase.load is not None
    compared = phase.load.beside if plan.compares(phase.id) else 0.0
    return phase.load.ramp + phase.load.hold + compared


def surroundings(stage: Stage) -> dict[str, str]:
    """The environment of a stage's process: that of the gate, without variables that would change how its tools run."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**own, "PYTHONUNBUFFERED": "1", **stage.environment}
