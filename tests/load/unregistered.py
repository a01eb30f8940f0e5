"""Users at a server without registration; prints the account of their sign-in as JSON."""

import json
import sys
from types import SimpleNamespace
from typing import Any, cast

from load.account import Account
from load.crowd import Crowd
from load.member import Member
from rollout.locust_plugin.generator.user import LoadUser
from rollout.locust_plugin.generator.worker_context import WorkerContext
from tests.target.allowed import target_at

TARGET = target_at("http://127.0.0.1:1", "load", "write", user_email="uma@example.org", user_password="uma's own")
KNOWN = {"username": "uma@example.org", "password": "uma's own"}


class Closed:
    """Requests of a user that are answered here, without a network."""

    abstract = True

    def __init__(self) -> None:
        self.trouble, self.number = "", 1
        self.accounts: list[Account] = []
        self.client = cast(Any, SimpleNamespace(auth_header=None))

    def outside(self, method: str, path: str, name: str = "outside", **options: Any) -> dict[str, Any]:
        """The answer: known accounts can sign in, registration fails."""
        known = path == "/auth/login" and options["data"] == KNOWN
        self.trouble = "" if known else f"{method} {path} was refused"
        return {"access_token": "of uma"} if known else {}


class Unregistered(Closed, Member):
    """A user at that server."""


class UnregisteredCrowd(Closed, Crowd):
    """Several users at that server."""


def answers() -> dict[str, Any]:
    """The facts that the tests check."""
    context = SimpleNamespace(name="w", run="run", seed="seed", target=TARGET)
    LoadUser.worker = cast(WorkerContext, context)
    user, crowd = Unregistered(), UnregisteredCrowd()
    return {
        "ready": user.prepare(),
        "trouble": user.trouble,
        "signed in": user.client.auth_header,
        "crowd": [crowd.prepare(), crowd.trouble],
    }


if __name__ == "__main__":
    json.dump(answers(), sys.stdout)
