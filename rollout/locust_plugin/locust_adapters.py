"""Connect the typed parts of this package to locust's untyped events and options."""

from collections.abc import Callable
from typing import Any

from locust.env import Environment
from locust.runners import MasterRunner

from rollout.locust_plugin.controller.run_controller import RunController, on_interrupt
from rollout.locust_plugin.controller.workers import DRAINED
from rollout.locust_plugin.generator.worker_runtime import WorkerRuntime


def listen(hook: Any, listener: Callable[..., None]) -> None:
    """Call *listener* whenever *hook* fires."""
    hook.add_listener(listener)


def options_of(environment: Environment) -> Any:
    """The parsed options; present if locust was started from its command line."""
    if environment.parsed_options is None:
        raise ValueError("locust runs without a command line; start it as: locust -f load/locustfile.py")
    return environment.parsed_options


def connect_runtime(environment: Environment, runtime: WorkerRuntime) -> None:
    """Connect locust's request events to the worker runtime."""
    listen(environment.events.request, runtime.on_request)
    listen(environment.events.user_error, runtime.on_user_error)


def connect_controller(environment: Environment, controller: RunController) -> None:
    """Connect locust's events, from the start of a run to locust's exit, to the run controller."""
    events, checked = environment.events, controller.fail_run_on_error
    listen(events.test_start, lambda **_: on_interrupt(controller.quit))
    listen(events.test_start, checked(controller.on_start))
    listen(events.spawning_complete, checked(controller.on_spawned))
    listen(events.worker_report, checked(controller.on_report))
    listen(events.test_stopping, checked(controller.on_stopping))
    listen(events.test_stop, checked(controller.on_stop))
    listen(events.quitting, checked(controller.on_quitting))
    if isinstance(environment.runner, MasterRunner):
        environment.runner.register_message(DRAINED, checked(controller.on_drained))
