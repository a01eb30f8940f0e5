"""An account for each simulated user, because rate limits count users."""

import hashlib
import hmac
from dataclasses import dataclass

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
    """An account that users of a load register."""
    return Account(username, hidden(password), f"{username}@example.com")


def account(context: WorkerContext, number: int, of_several: int = 0) -> Account:
    """
    The account of user *number*: derived from the target's own password, so that runs do not pile up accounts.

    A user with several accounts counts them from 0 by *of_several*.

    Without one to derive from, the account is new in every run. The API has no way to delete accounts.
    """
    who = f"{context.name}-{number}" + (f"-{of_several}" if of_several else "")
    if lasting := derived(context.target, who):
        return lasting
    username = f"rollout-load-{context.run}-{who}"
    return of_our_own(username, f"Aa1-{signed(context.seed, username)[:24]}")


def derived(target: Target, who: str) -> Account | None:
    """The lasting account called *who*, None where the target has no password to derive it from."""
    if not isinstance(target, XcrTarget) or target.user_password is None:
        return None
    secret = target.user_password.get_secret_value()
    username = f"rollout-load-{signed(secret, str(target.base_url))[:6]}-{who}"
    return of_our_own(username, f"Aa1-{signed(secret, username)[:24]}")


def shared_account(target: Target) -> Account | None:
    """The target's own test user, for targets on which nobody may register."""
    if not isinstance(target, XcrTarget) or target.user_email is None or target.user_password is None:
        return None
    return Account(target.user_email, target.user_password, target.user_email)


def signed(secret: str, text: str) -> str:
    """Text that only who knows *secret* can derive."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
