"""The drill of failures: while users work, it kills services of a stand-in and exhausts connections, memory and disk."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from rollout.drill.course import Course
from rollout.drill.exercise import Exercise
from rollout.drill.failure import Failure, FailureDrill
from rollout.drill.full_disk import POSSIBLE, FullDisk
from rollout.drill.noticing import Monitor
from rollout.drill.outcome import CannotTell, Passed
from rollout.embedded import booted, running_state, standin
from rollout.judge.bad_samples import bad_samples
from rollout.metrics import Metric
from rollout.plan import Plan
from rollout.sources.needs import missing, taker
from rollout.sources.registry import known
from rollout.target import TargetError
from rollout.target.settings import STATE_VARIABLE
from rollout.watch.sampler import Sampler
from xcodereviewer.drills.writing_users import writing_users
from xcodereviewer.fixtures.disposable_standin import copy_faults
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

RECOVERS_S = 45.0
FILL_DISK = "fill the journal's disk"


@dataclass(frozen=True)
class FaultOfStandin:
    """A failure *name*, caused and ended by a *fault* of the stand-in with parameters."""

    name: str
    fault: str
    parameters: tuple[str, ...] = ()


FAILURES = (
    FaultOfStandin("kill the backend", "backend-killed"),
    FaultOfStandin("kill the worker", "worker-killed"),
    FaultOfStandin("kill Redis", "redis-killed"),
    FaultOfStandin("kill PostgreSQL", "postgres-killed"),
    FaultOfStandin("exhaust the connections", "pool-exhausted"),
    FaultOfStandin("fill Redis", "redis-full", ("share=0.9999",)),  # so full that even one more byte is refused
)


def failures_drill(target: XcrTarget, plan: Plan, course: Course) -> Passed:
    """
    Exercise every failure on a separate stand-in, which ends when this process ends.

    The stand-in of *target* stays unchanged; its active faults are copied to the separate one.
    """
    with ExitStack() as stack:
        with course.step("start a stand-in of its own"):
            state = stack.enter_context(started(copy_of_standin()))
        return exercised(state, plan, course)


def exercised(state: dict[str, Any], plan: Plan, course: Course) -> Passed:
    """Exercise the failures one after the other on the stand-in of *state*."""
    target = SUITE.target_of(state)
    assert isinstance(target, XcrTarget)
    disk = FullDisk(monitor_words(plan), {STATE_VARIABLE: f"{state['dir']}/state.json"})
    failures = [failure_of(each, str(state["dir"])) for each in FAILURES]
    if POSSIBLE:
        failures.append(Failure(FILL_DISK, disk.cause, disk.end, RECOVERS_S, disk.afterwards))
    with closing(Sampler(target, measured(target), SUITE.release)) as sampler, writing_users(target) as users:
        monitor = Monitor(sampler.look, partial(bad_samples, plan))
        with disk, monitor.looking():
            return FailureDrill(users, monitor, course).carry_out(failures)


@contextmanager
def copy_of_standin() -> Iterator[dict[str, Any]]:
    """The state of a new bare stand-in with the profile and the faults of the running one."""
    origin = running_state(SUITE)
    if origin is None:
        raise CannotTell("the stand-in is gone")
    with booted(SUITE, os.getpid(), profile=origin.get("profile"), bare=True) as state:
        copy_faults(origin, state)
        yield state


@contextmanager
def started(standin_of_its_own: AbstractContextManager[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The state of a stand-in after its start; CannotTell if it does not start."""
    with ExitStack() as stack:
        try:
            state = stack.enter_context(standin_of_its_own)
        except TargetError as error:
            raise CannotTell(str(error)) from None
        yield state


def measured(target: XcrTarget) -> list[Metric]:
    """Every metric that a source of the registry can take of a target as configured."""
    return [each for each in known().values() if taker(each, target) and not missing(each, target)]


def failure_of(each: FaultOfStandin, directory: str) -> Failure:
    """A failure of the stand-in in a *directory*."""
    return Failure(
        each.name,
        partial(control, "fault", each.fault, *each.parameters, "--dir", directory),
        partial(control, "fault", each.fault, "--off", "--dir", directory),
        RECOVERS_S,
    )


def control(*words: str) -> None:
    """Run one command of the stand-in; CannotTell if it fails."""
    try:
        standin(SUITE, *words)
    except TargetError as error:
        raise CannotTell(str(error)) from None


def monitor_words(plan: Plan) -> list[str]:
    """The command of a monitor of the first phase."""
    watch = ["watch", plan.phases[0].id, "--for", "5min", "--every", "1s", "--no-decision", "--with-faults"]
    return [sys.executable, "-m", "rollout", *watch]


FAILURES_DRILL = Exercise(
    criterion="",
    sentence="lets services die, and memory, connections and a disk run out, while users are at work",
    carry_out=failures_drill,
    embedded_only=True,
)
