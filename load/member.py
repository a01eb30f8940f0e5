"""A user with an account: signs in before the load, works with a project of its own, and removes it afterwards."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from locust.contrib.fasthttp import FastResponse
from locust.env import Environment

from load.account import Account, account, shared_account, shared_sign_in
from rollout.locust_plugin.generator.user import LoadUser
from rollout.target.obstacle import NotConfigured, needed
from rollout.target.rate_limit import TOO_MANY, retry_after
from xcodereviewer.target import ReviewSource

API = "/api/v1"
GOOD = (200, 201, 204)
REFUSED = (400, 401, 403, 404, 422, 423)  # statuses of a sign-in that another try does not change
PAGE = 100
MOST_PAGES = 100  # of one list: a limit, in case a server answers every page with the same items
Id = int | str  # a number, or a UUID
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Member(LoadUser):
    """A user that is signed in; requests outside of arrivals (all in this module but `ask`) are not measured."""

    abstract = True
    status = 0  # of the last answer that was not measured

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.made: dict[str, Id] = {}
        self.tried: set[str] = set()

    def prepare(self) -> bool:
        """Sign in, by a new account if there is none yet, else by the target's test user; whether that worked."""
        if self.client.auth_header:
            return True
        mine = account(self.worker, self.number)
        token = self.enrolled(mine) or self.shared_token()
        if token:
            self.client.auth_header = f"Bearer {token}"
        return bool(token)

    def leave(self) -> None:
        """Delete every project of this run."""
        self.throw_away("/projects", self.is_mine, f"&search={self.mark}-")

    def throw_away(self, path: str, mine: Callable[[dict[str, Any]], bool], query: str = "") -> None:
        """Delete the items of the list at *path* for which *mine* is true, page by page."""
        page, before = 1, list[dict[str, Any]]()
        for _ in range(MOST_PAGES):
            found = self.listed(path, page, query)
            if found in ([], before):
                return
            before = found
            if not sum(self.deleted(f"{path}/{each.get('id')}") for each in found if mine(each)):
                page += 1  # after deletions the same page contains the next items

    def deleted(self, path: str) -> bool:
        """Whether the thing at *path* was deleted."""
        self.outside("DELETE", path)
        return not self.trouble

    def listed(self, path: str, page: int = 1, query: str = "") -> list[dict[str, Any]]:
        """One page of the list at *path*; empty if the request failed."""
        items = self.outside("GET", f"{path}?page={page}&page_size={PAGE}{query}").get("items")
        return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []

    def is_mine(self, thing: dict[str, Any]) -> bool:
        """Whether *thing* has a name of this user; the hyphen excludes users whose number begins with the same digits."""
        return str(thing.get("name", "")).startswith(f"{self.mark}-")

    @property
    def mark(self) -> str:
        """The prefix of the names of all things that this user creates."""
        return f"rollout-{self.worker.run}-{self.worker.name}-{self.number}"

    def enrolled(self, who: Account) -> str | None:
        """
        An access token of an account, which is registered unless it can sign in; None if that failed.

        Under load a registration that failed may have created the account nevertheless, so its sign-in is tried again;
        if that fails too, *trouble* names the registration, not the sign-in that could not work without it.
        """
        if token := self.sign_in(who):
            return token
        refused = "" if self.register(who) else self.trouble
        token = self.sign_in(who)
        self.trouble = (not token and refused) or self.trouble
        return token

    def sign_in(self, who: Account) -> str | None:
        """An access token; None if the sign-in failed."""
        form = {"username": who.email, "password": who.password.get_secret_value()}
        token = self.outside("POST", "/auth/login", "login", data=form, headers=FORM).get("access_token")
        return token if isinstance(token, str) else None

    def shared_token(self) -> str | None:
        """
        An access token of the target's own user; None if there is none, or if that failed.

        All users of the process share one sign-in, and a refused one is not tried again: backends lock such accounts.
        """
        shared = shared_account(self.worker.target)
        if shared is None:
            return None
        one = shared_sign_in(self.worker.run)
        with one.lock:
            if not one.token and not one.refused:
                one.token = self.sign_in(shared) or ""
                one.refused = self.trouble if self.status in REFUSED else ""
            self.trouble = one.refused or self.trouble
        return one.token or None

    def register(self, who: Account) -> bool:
        """Whether the registration created the account."""
        body = {"email": who.email, "username": who.username, "password": who.password.get_secret_value()}
        return "id" in self.outside("POST", "/auth/register", "register", json=body)

    def outside(self, method: str, path: str, name: str = "outside", **options: Any) -> dict[str, Any]:
        """The JSON object of a request that is not measured; empty if it failed, with the reason in *trouble*."""
        with self.client.request(method, API + path, name=name, catch_response=True, **options) as answer:
            self.status = answer.status_code
            self.trouble = "" if self.status in GOOD else f"{method} {API + path} answered {self.status}"
            if self.status == TOO_MANY:
                self.rest_s = max(self.rest_s, retry_after(once(answer.headers)))
            answer.success()  # a refused sign-in is expected here; failures that matter show in the arrivals
            return document(answer)

    def ask(self, method: str, path: str, name: str, **options: Any) -> AbstractContextManager[Any]:
        """A measured request whose answer must be JSON; failed assertions inside the block count as failures."""
        return self.rest(method, API + path, name=name, **options)

    def project_to_review(self, name: str) -> Id | None:
        """A project *name* with the target's source for reviews (setting `review`); None if that is not set."""
        try:
            source: ReviewSource = needed(self.worker.target, "review")
        except NotConfigured as error:
            self.trouble = str(error)
            return None
        return self.project_of_mine(name, source_type=source.kind, source_url=source.url, branch=source.branch)

    def project_of_mine(self, name: str, **fields: str) -> Id | None:
        """
        A project *name*, created once over all calls of `prepare`; None if that failed.

        A failed request may have created it nevertheless: the next call searches for the name before it creates another.
        """
        if name not in self.made:
            made = self.found(name) if name in self.tried else None
            if made is None and not (name in self.tried and self.trouble):
                self.tried.add(name)
                made = self.new_project(name, **fields)
            if made is None:
                return None
            self.made[name] = made
        return self.made[name]

    def found(self, name: str) -> Id | None:
        """The id of an existing project *name*; None if there is none."""
        before: list[dict[str, Any]] = []
        for page in range(1, MOST_PAGES + 1):
            projects = self.listed("/projects", page, f"&search={name}")
            if projects in ([], before):
                return None
            before = projects
            for each in projects:
                if each.get("name") == name and isinstance(each.get("id"), Id):
                    return each["id"]  # type: ignore[no-any-return]
        return None

    def new_project(self, name: str, **fields: str) -> Id | None:
        """Create a project by a request that is not measured."""
        made = self.outside("POST", "/projects", json={"name": name, "source_type": "local", **fields}).get("id")
        return made if isinstance(made, Id) else None


def once(headers: Any) -> dict[str, str]:
    """Each header by its name in lower case, of several with one name the last."""
    return {name.lower(): told for name, told in headers.items()}


def document(answer: FastResponse) -> dict[str, Any]:
    """The JSON object of a successful answer; else an empty one."""
    if answer.status_code not in GOOD or not answer.content:
        return {}
    try:
        found = json.loads(answer.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
