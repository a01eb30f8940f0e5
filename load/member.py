"""A user with an account: signs in before the load, works with a project of its own, and removes it afterwards."""

import json
from contextlib import AbstractContextManager
from typing import Any

from locust.contrib.fasthttp import FastResponse
from locust.env import Environment

from load.account import Account, account, shared_account
from rollout.locust_plugin.generator.user import LoadUser
from xcodereviewer.target import XcrTarget

API = "/api/v1"
GOOD = (200, 201, 204)
Id = int | str  # a number, or a UUID
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Member(LoadUser):
    """A user who is signed in; requests outside of arrivals (all of these here) are not measured."""

    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.made: dict[str, Id] = {}

    def prepare(self) -> bool:
        """Sign in, as a new account if there is none yet."""
        if self.client.auth_header:
            return True
        mine = account(self.worker, self.number)
        shared = shared_account(self.worker.target)
        token = self.sign_in(mine) or (self.register(mine) and self.sign_in(mine)) or (shared and self.sign_in(shared))
        if token:
            self.client.auth_header = f"Bearer {token}"
        return bool(token)

    def leave(self) -> None:
        """Throw away every project of this run."""
        for project in self.outside("GET", f"/projects?page_size=100&search={self.mark}").get("items", ()):
            self.outside("DELETE", f"/projects/{project['id']}")

    @property
    def mark(self) -> str:
        """The beginning of the name of everything this user makes."""
        return f"rollout-{self.worker.run}-{self.worker.name}-{self.number}"

    def sign_in(self, who: Account) -> str | None:
        """A token, or None."""
        form = {"username": who.email, "password": who.password.get_secret_value()}
        token = self.outside("POST", "/auth/login", "login", data=form, headers=FORM).get("access_token")
        return token if isinstance(token, str) else None

    def register(self, who: Account) -> bool:
        """Whether the account is there now."""
        body = {"email": who.email, "username": who.username, "password": who.password.get_secret_value()}
        return "id" in self.outside("POST", "/auth/register", "register", json=body)

    def outside(self, method: str, path: str, name: str = "outside", **options: Any) -> dict[str, Any]:
        """The JSON object of a request that is not measured; empty where it did not work."""
        with self.client.request(method, API + path, name=name, catch_response=True, **options) as answer:
            self.trouble = "" if answer.status_code in GOOD else f"{method} {API + path} answered {answer.status_code}"
            answer.success()  # a refused sign-in is part of finding out, and what matters shows in the arrivals
            return document(answer)

    def ask(self, method: str, path: str, name: str, **options: Any) -> AbstractContextManager[Any]:
        """A measured request whose answer has to be JSON; assertions inside the block count as failures."""
        return self.rest(method, API + path, name=name, **options)

    def project_to_review(self, name: str) -> Id | None:
        """A project of that name with the source that the target names for reviews."""
        source = self.worker.target.review if isinstance(self.worker.target, XcrTarget) else None
        if source is None:
            self.trouble = "not configured: set `review` in the target's file"
            return None
        return self.project_of_mine(name, source_type=source.kind, source_url=source.url, branch=source.branch)

    def project_of_mine(self, name: str, **fields: str) -> Id | None:
        """A project of that name, made once however often getting ready is tried."""
        if name not in self.made:
            if (made := self.new_project(name, **fields)) is None:
                return None
            self.made[name] = made
        return self.made[name]

    def new_project(self, name: str, **fields: str) -> Id | None:
        """A project of the own, outside of what is measured."""
        made = self.outside("POST", "/projects", json={"name": name, "source_type": "local", **fields}).get("id")
        return made if isinstance(made, Id) else None


def document(answer: FastResponse) -> dict[str, Any]:
    """The JSON object of a good answer, else an empty one."""
    if answer.status_code not in GOOD or not answer.content:
        return {}
    try:
        found = json.loads(answer.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
