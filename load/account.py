"""An account for each simulated user, because rate limits count users."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cache

from gevent.lock import RLock
from pydantic import SecretStr

from rollout.locust_plugin.generator.worker_context import WorkerContext
from rollout.target import Target
from rollout.target.secret_values import hidden
from xcodereviewer.target import XcrTarget


@dataclass(frozen=True)
class Account:
    """A name, a password and an address; the same user of the same target has the same ones in every run."""

    username: str
    password: SecretStr
    email: str


def of_our_own(username: str, password: str) -> Account:
    """An account that load users register themselves."""
    return Account(username, hidden(password), f"{username}@example.com")


def account(context: WorkerContext, number: int, of_several: int = 0) -> Account:
    """
    The account of user *number*, derived from the target's password, so that runs use the same accounts again.

    *of_several* is the number of an account, from 0, for a user with several. Without a password the account is new in
    every run. The API cannot delete accounts.
    """
    who = f"{context.name}-{number}" + (f"-{of_several}" if of_several else "")
    if lasting := derived(context.target, who):
        return lasting
    username = f"rollout-load-{context.run}-{who}"
    return of_our_own(username, f"Aa1-{signed(context.seed, username)[:24]}")


def derived(target: Target, who: str) -> Account | None:
    """The permanent account *who*; None if the target has no password to derive it from."""
    if not isinstance(target, XcrTarget) or target.user_password is None:
        return None
    secret = target.user_password.get_secret_value()
    username = f"rollout-load-{signed(secret, str(target.base_url))[:6]}-{who}"
    return of_our_own(username, f"Aa1-{signed(secret, username)[:24]}")


def shared_account(target: Target) -> Account | None:
    """The target's own test user, for targets without registration; None if it is not set."""
    if not isinstance(target, XcrTarget) or target.user_email is None or target.user_password is None:
        return None
    return Account(target.user_email, target.user_password, target.user_email)


class SharedSignIn:
    """The one sign-in by the target's own user that all users of a process share in a run; *refused* is why it failed for good."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.token = ""
        self.refused = ""


@cache
def shared_sign_in(run: str) -> SharedSignIn:
    """The shared sign-in of a *run*."""
    return SharedSignIn()


def signed(secret: str, text: str) -> str:
    """The HMAC-SHA256 of *text* with *secret*, in hex."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
