"""Users that cannot get ready: how often they try while arrivals fall due, and how often one account is tried; prints JSON."""

import json
import random
import sys
from types import SimpleNamespace
from typing import Any, cast

import gevent

from load.member import Member
from rollout.locust_plugin.generator import user as user_module
from rollout.locust_plugin.generator.user import LoadUser, PrepareBackOff
from rollout.locust_plugin.generator.worker_context import WorkerContext
from tests.target.allowed import target_at

TARGET = target_at("http://127.0.0.1:1", "load", "write", user_email="uma@example.org", user_password="a wrong one")
NOW = [0.0]  # s, the simulated clock
SIGNED_IN: list[str] = []  # a name for each sign-in


class Refused(Member):
    """A user whose sign-ins and registrations are refused here, without a network; *asked* is what a 429 asks for, in s."""

    def __init__(self, asked: float = 0.0) -> None:
        self.trouble, self.unready, self.number = "", "", 1
        self.client = cast(Any, SimpleNamespace(auth_header=None))
        self.asked, self.rest_s, self._rest, self._recovery = asked, 0.0, PrepareBackOff(), None
        self.random = random.Random(1)
        self.tries: list[float] = []
        self.meter = cast(Any, SimpleNamespace(unready={}))

    def prepare(self) -> bool:
        """Note the try."""
        self.tries.append(NOW[0])
        ready = super().prepare()
        self.rest_s = self.asked
        return ready

    def outside(self, method: str, path: str, name: str = "outside", **options: Any) -> dict[str, Any]:
        """The answer of the simulated server."""
        if path == "/auth/login":
            SIGNED_IN.append(options["data"]["username"])
        self.status, self.trouble = 401, f"{method} {path} answered 401"
        return {}


def first_tries(asked: float) -> int:
    """How often a user tries before the load begins."""
    user = Refused(asked)
    user._get_ready()
    return len(user.tries)


def sleep(seconds: float) -> None:
    """Let the simulated clock go on, where somebody rests."""
    NOW[0] += seconds


def tries(asked: float) -> list[float]:
    """The seconds of the tries while an arrival falls due each half second for two minutes."""
    user = Refused(asked)
    for half in range(240):
        NOW[0] = half / 2
        user._wait_until_ready(0.0)
        gevent.sleep(0)
    return user.tries


if __name__ == "__main__":
    vars(user_module)["perf_counter"] = lambda: NOW[0]
    shape = SimpleNamespace(opens=None)
    context = SimpleNamespace(name="w", run="run", seed="seed", target=TARGET, shape=shape)
    LoadUser.worker = cast(WorkerContext, context)
    vars(user_module)["gevent"] = SimpleNamespace(sleep=sleep, spawn=gevent.spawn)
    first = [first_tries(0.0), first_tries(3600.0)]
    found = {"first tries": first, "tries": tries(0.0), "asked to rest": tries(3600.0)}
    shared = SIGNED_IN.count("uma@example.org")
    json.dump(found | {"of the target's own user": shared}, sys.stdout)
