"""An account for each simulated person, because rate limits count people."""

import hashlib
import hmac
from dataclasses import dataclass

from pydantic import SecretStr

from rollout.load.stage import Stage
from rollout.target.settings import Target


@dataclass(frozen=True)
class Account:
    """A name and a password; the same person of the same target has the same ones in every run."""

    username: str
    password: SecretStr

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"


def account(stage: Stage, number: int) -> Account:
    """
    The account of person *number*: derived from the target's own password, so that runs do not pile up accounts.

    Without one to derive from, the account is new in every run. The API has no way to delete accounts.
    """
    user = stage.target.user_password
    secret = user.get_secret_value() if user else stage.seed
    mark = stage.run if user is None else signed(secret, str(stage.target.base_url))[:6]
    station = stage.seed.rpartition("/")[2]
    username = f"rollout-load-{mark}-{station}-{number}"
    return Account(username, SecretStr(f"Aa1-{signed(secret, username)[:24]}"))


def shared_account(target: Target) -> Account | None:
    """The target's own test user, for targets on which nobody may register."""
    if target.user_email is None or target.user_password is None:
        return None
    return Account(target.user_email, target.user_password)


def signed(secret: str, text: str) -> str:
    """Text that only who knows *secret* can derive."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
