"""A worker process: runs its people when the master says so, and ends them in order."""

import os
from contextlib import ExitStack
from typing import Any

import gevent.ssl
from locust import runners
from locust.env import Environment
from locust.runners import WorkerRunner

from rollout.load.conductor import DRAIN, DRAINED, WINDOW
from rollout.load.joints import listen
from rollout.load.pace import Pace
from rollout.load.person import Person
from rollout.load.setup import BY_HAND, by_hand
from rollout.load.stage import Stage
from rollout.load.station import Station
from rollout.target.embedded import STATE_VARIABLE, target_at_hand
from rollout.target.settings import Target

STAGE_OPTION = "rollout_stage"
REPORT_EVERY_S = 1.0


def employ(environment: Environment, runner: WorkerRunner) -> None:
    """Make this process a station that reports to the master every second."""
    runners.WORKER_REPORT_INTERVAL = REPORT_EVERY_S
    station = Station(environment, f"worker-{runner.worker_index}")

    def begin(**_: Any) -> None:
        station.begin()
        facts = getattr(environment.parsed_options, STAGE_OPTION)
        try:
            open_stage(station, facts, target_of(facts, str(environment.host)))
        except ValueError as error:
            station.complaints.append(f"{station.worker}: {error}")
            raise

    def report(client_id: str, data: dict[str, Any]) -> None:
        if station.begun:
            data["rollout"] = station.report()

    def drain(**_: Any) -> None:
        runner.send_message(DRAINED, station.drain())

    def open_window(msg: Any, **_: Any) -> None:
        station.open_window(int(msg.data["first"]))

    listen(environment.events.test_start, begin)
    listen(environment.events.report_to_master, report)
    runner.register_message(DRAIN, drain, concurrent=True)
    runner.register_message(WINDOW, open_window)


def target_of(facts: dict[str, Any], host: str) -> Target:
    """The master's target as this machine knows it: secrets come from the own environment, never over the wire."""
    if facts["target"] == BY_HAND:
        return by_hand(host)
    if facts["state"]:
        os.environ[STATE_VARIABLE] = facts["state"]
    with ExitStack() as stack:
        return stack.enter_context(target_at_hand(facts["target"]))


def open_stage(station: Station, facts: dict[str, Any], target: Target) -> None:
    """Begin a run at this station."""
    Person.insecure = False
    Person.ssl_context_factory = staticmethod(lambda: gevent.ssl.create_default_context(cafile=target.ca_file))
    stage = Stage(
        per_second=facts["per_second"],
        slow_ms=facts["slow_ms"],
        seed=f"{facts['seed']}/{station.worker}",
        run=facts["run"],
        target=target,
        gaps=facts["gaps"],
        items=facts["items"],
        pace=Pace(tuple((float(begin), float(factor)) for begin, factor in facts["pace"])),
    )
    station.open(stage)
