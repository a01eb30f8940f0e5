"""Faults of services: killed, or with a port reachable from outside."""

from typing import Any

from standin.control import ask
from standin.fault_actions.action import FaultAction, Params
from standin.state_file import State


def killed(service: str) -> FaultAction:
    """The fault of one dead *service*."""

    def on(state: State, params: Params) -> None:
        kill(state, service)

    def off(state: State, params: Params) -> None:
        start(state, service)

    return FaultAction(on, off)


def exposed(service: str) -> FaultAction:
    """The fault of a *service* whose port can be reached from outside."""

    def on(state: State, params: Params) -> None:
        ask(state.control, {"verb": "expose", "service": service})

    def off(state: State, params: Params) -> None:
        ask(state.control, {"verb": "hide", "service": service})

    return FaultAction(on, off)


def kill(state: State, service: str) -> None:
    """Kill a service by SIGKILL, unless it is dead."""
    if _alive(state)[service]:
        ask(state.control, {"verb": "kill", "service": service})


def start(state: State, service: str) -> None:
    """Start a service, unless it runs."""
    if not _alive(state)[service]:
        ask(state.control, {"verb": "start", "service": service})


def _alive(state: State) -> dict[str, Any]:
    found: dict[str, Any] = ask(state.control, {"verb": "status"})["alive"]
    return found
