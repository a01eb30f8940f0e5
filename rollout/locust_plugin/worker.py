"""Run the users of a worker process on the master's messages, and end them in order."""

from pathlib import Path
from typing import Any

import gevent.ssl
from locust import runners
from locust.env import Environment
from locust.runners import WorkerRunner

from rollout.embedded import read_state
from rollout.executed_asserts import refuse_without_asserts
from rollout.locust_plugin.controller.workers import DRAIN, DRAINED, WINDOW
from rollout.locust_plugin.generator.meter import Meter
from rollout.locust_plugin.generator.schedule import LoadShape
from rollout.locust_plugin.generator.self_monitor import SelfMonitor
from rollout.locust_plugin.generator.user import LoadUser
from rollout.locust_plugin.generator.worker_context import WorkerContext
from rollout.locust_plugin.generator.worker_runtime import WorkerRuntime
from rollout.locust_plugin.locust_adapters import connect_runtime, listen
from rollout.suite import load_suite
from rollout.target.settings import LOAD_NEEDS, Target
from rollout.values import STANDIN

FACTS_OPTION = "rollout_worker_facts"
REPORT_EVERY_S = 1.0


def connect_worker(environment: Environment, runner: WorkerRunner) -> None:
    """Create the runtime of this worker process; it reports to the master every second."""
    runners.WORKER_REPORT_INTERVAL = REPORT_EVERY_S
    runtime = WorkerRuntime(f"worker-{runner.worker_index}")
    connect_runtime(environment, runtime)

    def begin(**_: Any) -> None:
        runtime.begin()
        facts = getattr(environment.parsed_options, FACTS_OPTION)
        try:
            start_users(runtime, facts, target_of(facts))
        except ValueError as error:
            runtime.complain(f"{runtime.worker}: {error}")
            raise

    def report(client_id: str, data: dict[str, Any]) -> None:
        if runtime.begun:
            data["rollout"] = runtime.report()

    def drain(**_: Any) -> None:
        runner.send_message(DRAINED, runtime.drain())

    def open_window(msg: Any, **_: Any) -> None:
        runtime.open_window(int(msg.data["first"]))

    listen(environment.events.test_start, begin)
    listen(environment.events.report_to_master, report)
    runner.register_message(DRAIN, drain, concurrent=True)
    runner.register_message(WINDOW, open_window)


def target_of(facts: dict[str, Any]) -> Target:
    """The master's target as configured on this machine: secrets come from the local environment, never over the network."""
    suite = load_suite(facts["suite"])
    if facts["state"] and facts["target"] == STANDIN:
        return suite.target_of(
            read_state(Path(facts["state"]))
        )  # the master got it from a gate, or has accepted its faults
    return suite.target_named(facts["target"])


def start_users(runtime: WorkerRuntime, facts: dict[str, Any], target: Target) -> None:
    """Begin a run in this process; *facts* are `worker_facts` of the controller."""
    refuse_without_asserts()
    target.refuse_unless(*LOAD_NEEDS)
    LoadUser.insecure = False
    LoadUser.ssl_context_factory = staticmethod(lambda: gevent.ssl.create_default_context(cafile=target.ca_file))
    context = WorkerContext(
        name=runtime.worker,
        run=facts["run"],
        seed=f"{facts['seed']}/{runtime.worker}",
        target=target,
        per_second=facts["per_second"],
        meter=Meter(facts["slow_ms"]),
        monitor=SelfMonitor(target.url()),
        gaps=facts["gaps"],
        items=facts["items"],
        shape=LoadShape(tuple((float(begin), float(factor)) for begin, factor in facts["shape"])),
    )
    runtime.open(context)
