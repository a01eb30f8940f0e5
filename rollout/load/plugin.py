"""Joins our generator to locust: call `install()` in a locustfile."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from locust import events
from locust.env import Environment
from locust.runners import Runner, WorkerRunner

from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.load.beside import Reads
from rollout.load.casting import cast, per_person, stage_facts
from rollout.load.conductor import Conductor
from rollout.load.joints import listen, options_of
from rollout.load.options import add_options
from rollout.load.setup import Setup, resolve
from rollout.load.sidecar import end_monitor, start_monitor
from rollout.load.station import Station
from rollout.load.worker import STAGE_OPTION, employ, open_stage
from rollout.plan import PLAN_FILE


def install(reads: Reads | None = None) -> None:
    """Add our options and take part in the run; *reads* are what is compared with the release before."""
    listen(events.init_command_line_parser, add_options)

    def on_init(environment: Environment, runner: Runner, **_: Any) -> None:
        """Take our part: a worker runs people, everybody else also leads."""
        if isinstance(runner, WorkerRunner):
            employ(environment, runner)
        else:
            lead(environment, runner, reads)

    listen(events.init, on_init)


def lead(environment: Environment, runner: Runner, reads: Reads | None) -> None:
    """Check everything, then leave the rest to the conductor; exit 64 with one line a fault."""
    stack = ExitStack()
    options = options_of(environment)
    try:
        setup = resolve(options, stack)
        shared = cast(environment, setup)
        setup = replace(setup, per_person=per_person(shared, setup.users))
        facts = stage_facts(setup, shared)
    except ValueError as error:
        stack.close()
        print(f"load: {error}", file=sys.stderr)
        raise SystemExit(EXIT_CONFIGURATION) from error
    apply(setup, environment)
    setattr(options, STAGE_OPTION, facts)
    local = getattr(runner, "clients", None) is None
    station = Station(environment, "local") if local else None
    if station is not None:
        listen(environment.events.test_start, lambda **_: begin(station, facts, setup))
    Conductor(environment, setup, station, reads)
    monitor = start_monitor(setup, Path(options.plan) if options.plan else PLAN_FILE)
    listen(environment.events.quitting, lambda **_: end_monitor(monitor))
    listen(environment.events.quit, lambda **_: stack.close())


def apply(setup: Setup, environment: Environment) -> None:
    """Hand our numbers to locust; when the run ends is ours to say."""
    options = options_of(environment)
    environment.host = setup.target.url()
    options.num_users = setup.users
    options.spawn_rate = setup.users / setup.ramp_s
    options.run_time = None
    options.only_summary = options.only_summary or setup.plain


def begin(station: Station, facts: dict[str, Any], setup: Setup) -> None:
    """Begin a run in this very process."""
    station.begin()
    open_stage(station, facts, setup.target)
