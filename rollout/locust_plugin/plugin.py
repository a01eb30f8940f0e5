"""Join the load generator to locust: call `install()` in a locustfile."""

import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from locust import events
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner

from rollout.executed_asserts import refuse_without_asserts
from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.locust_plugin.controller.baseline_comparison import Reads, compare_before
from rollout.locust_plugin.controller.run_controller import RunController
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.locust_plugin.controller.target_monitor import end_monitor, start_monitor
from rollout.locust_plugin.controller.user_allocation import (
    allocate,
    arrivals_per_minute,
    mean_actions_per_minute,
    scenario_weights,
    worker_facts,
)
from rollout.locust_plugin.controller.workers import LocalWorker, RemoteWorkers, Workers
from rollout.locust_plugin.generator.failure_kinds import bound_failures
from rollout.locust_plugin.generator.user import LoadUser
from rollout.locust_plugin.generator.worker_runtime import WorkerRuntime
from rollout.locust_plugin.harmless_log import keep_log_harmless
from rollout.locust_plugin.locust_adapters import connect_controller, connect_runtime, listen, options_of
from rollout.locust_plugin.options import add_options
from rollout.locust_plugin.refused_options import refuse_other_users
from rollout.locust_plugin.setup import resolve
from rollout.locust_plugin.shared_secret import secure
from rollout.locust_plugin.worker import FACTS_OPTION, connect_worker, start_users
from rollout.parent_death import die_with
from rollout.project import current_project


def install(reads: Reads | None = None) -> None:
    """Add the options of this package and connect to locust's events; *reads* are compared with the previous release."""
    secure()
    listen(events.init_command_line_parser, add_options)

    def on_init(environment: Environment, runner: Runner, **_: Any) -> None:
        """Run users in a worker process; control the run in any other process."""
        keep_log_harmless()
        bound_failures(environment.stats)
        refuse_or_exit(environment)
        if isinstance(runner, WorkerRunner):
            if options_of(environment).processes:
                die_with(os.getppid())
            connect_worker(environment, runner)
        else:
            control(environment, runner, reads)

    listen(events.init, on_init)


def refuse_or_exit(environment: Environment) -> None:
    """Exit 64 with one line if the options of this process, also of a worker, change the users of the plan."""
    try:
        refuse_other_users(environment, options_of(environment))
    except ValueError as error:
        fail(error)


def fail(error: ValueError) -> NoReturn:
    """Print the error of the configuration and exit 64."""
    print(f"load: {error}", file=sys.stderr)
    raise SystemExit(EXIT_CONFIGURATION) from error


def control(environment: Environment, runner: Runner, reads: Reads | None) -> None:
    """Check everything, then start the run controller; exit 64 with one line for each mistake."""
    stack = ExitStack()
    options = options_of(environment)
    try:
        setup, facts = prepared(environment, stack)
    except ValueError as error:
        stack.close()
        fail(error)
    apply(setup, environment)
    setattr(options, FACTS_OPTION, facts)
    workers: Workers
    if isinstance(runner, MasterRunner):
        workers = RemoteWorkers(runner)
    else:
        workers = LocalWorker(local_runtime(environment, facts, setup))
    compare = partial(compare_before, setup, reads) if reads and setup.compares and setup.headless else None
    connect_controller(environment, RunController(environment, setup, workers, compare))
    monitor = start_monitor(setup, Path(options.plan) if options.plan else current_project().plan_file)
    listen(environment.events.quitting, lambda **_: end_monitor(monitor))
    listen(environment.events.quit, lambda **_: stack.close())


def prepared(environment: Environment, stack: ExitStack) -> tuple[RunSetup, dict[str, Any]]:
    """The run with its user allocation, and the facts for the workers."""
    refuse_without_asserts()
    options = options_of(environment)
    setup = resolve(options, stack)
    classes = {kind.scenario: kind for kind in environment.user_classes if issubclass(kind, LoadUser)}
    weights = scenario_weights(setup, classes, bool(options.user_classes))
    allocations = allocate(weights, setup.users, setup.profile.rates())
    for name, allocation in allocations.items():
        classes[name].weight = allocation.users
    environment.user_classes = [classes[name] for name in allocations]
    mean, arrivals = mean_actions_per_minute(allocations, setup.users), arrivals_per_minute(allocations)
    setup = replace(setup, actions_per_minute=mean, arrivals=arrivals)
    return setup, worker_facts(setup, allocations)


def apply(setup: RunSetup, environment: Environment) -> None:
    """Set the plan's number of users and spawn rate in locust's options; the run controller ends the run."""
    options = options_of(environment)
    environment.host = setup.target.url()
    options.num_users = setup.users
    options.spawn_rate = setup.users / setup.ramp_s
    options.run_time = None
    options.only_summary = options.only_summary or setup.plain


def local_runtime(environment: Environment, facts: dict[str, Any], setup: RunSetup) -> WorkerRuntime:
    """The worker runtime of a run without worker processes, in this process."""
    runtime = WorkerRuntime("local")
    connect_runtime(environment, runtime)

    def begin(**_: Any) -> None:
        runtime.begin()
        start_users(runtime, facts, setup.target)

    listen(environment.events.test_start, begin)
    return runtime
