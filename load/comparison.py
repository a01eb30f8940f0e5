"""The reads by which a release is compared with the previous one."""

from typing import Any

from locust.contrib.fasthttp import FastHttpSession

from load.account import Account, derived, shared_account
from load.member import API, JSON, document
from rollout.locust_plugin.controller.baseline_comparison import Reads
from rollout.target.obstacle import needed
from rollout.target.settings import Target

READERS = 6  # with twenty reads per second each reader stays below 300 per minute
PATHS = {
    "projects.list": f"{API}/projects?page=1&page_size=20",
    "issues.list": f"{API}/issues?page=1&page_size=20",
    "tasks.list": f"{API}/tasks?page=1&page_size=20",
    "statistics.overview": f"{API}/statistics/overview",
    "statistics.trends": f"{API}/statistics/trends?days=7",
}


def enter(client: FastHttpSession, target: Target, number: int) -> bool:
    """
    Sign in reader *number* by its own account, registered if needed, else by the target's test user; whether that worked.

    NotConfigured without `user_password`.
    """
    needed(target, "user_password")
    shared = shared_account(target)
    mine = derived(target, f"beside-{number}")
    token = mine and (sign_in(client, mine) or (register(client, mine) and sign_in(client, mine)))
    token = token or (shared and sign_in(client, shared))
    client.auth_header = f"Bearer {token}" if token else None
    return bool(token)


def sign_in(client: FastHttpSession, who: Account) -> str | None:
    """An access token; None if the sign-in failed."""
    form = {"username": who.email, "password": who.password.get_secret_value()}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    token = posted(client, "/auth/login", data=form, headers=headers).get("access_token")
    return token if isinstance(token, str) else None


def register(client: FastHttpSession, who: Account) -> bool:
    """Whether the registration created the account."""
    body = {"email": who.email, "username": who.username, "password": who.password.get_secret_value()}
    return "id" in posted(client, "/auth/register", json=body, headers=JSON)


def posted(client: FastHttpSession, path: str, **options: Any) -> dict[str, Any]:
    """The JSON object of an answer; empty if the request failed."""
    with client.post(API + path, catch_response=True, **options) as answer:
        answer.success()
        return document(answer)


READS = Reads(PATHS, enter, READERS)
