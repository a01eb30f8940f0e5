"""Where our typed code meets locust's untyped one."""

from collections.abc import Callable
from typing import Any

from locust.env import Environment


def listen(hook: Any, listener: Callable[..., None]) -> None:
    """Have *listener* called whenever *hook* fires."""
    hook.add_listener(listener)


def options_of(environment: Environment) -> Any:
    """The parsed options, which are there whenever locust was started from its command line."""
    if environment.parsed_options is None:
        raise ValueError("locust runs without a command line; start it as: locust -f load/locustfile.py")
    return environment.parsed_options
