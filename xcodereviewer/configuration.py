"""What the backend says about its own settings; no secret is among it."""

from rollout.target.answer import expect_as
from rollout.target.obstacle import NotConfigured, needed
from rollout.values import STANDIN
from xcodereviewer.api import Api
from xcodereviewer.models import ApiPart
from xcodereviewer.target import XcrTarget

ABSENT = 404
CALLED = {STANDIN: "staging"}  # what a target calls itself where that is not its kind
SHORT_NAMES = {"prod": "production", "live": "production", "stage": "staging", "stg": "staging"}


class Configuration(ApiPart):
    """The facts that must be known about a deployment; one that is missing is told by its name."""

    environment: str
    debug: bool
    secret_key_is_default: bool
    secrets_rotated_at: str | None = None
    cors_origins: tuple[str, ...]
    rate_limit_enabled: bool
    sentry_configured: bool
    database_pool_size: int


def own_name(target: XcrTarget) -> str:
    """What the backend of *target* calls its environment."""
    return CALLED.get(target.environment, target.environment)


def is_elsewhere(target: XcrTarget, said: str) -> bool:
    """Whether *said* names another environment than the file of the target does, however that is spelt."""
    word = said.strip().lower()
    return SHORT_NAMES.get(word, word) != own_name(target)


def configuration_of(admin: Api, target: XcrTarget) -> Configuration:
    """What the backend of *target* tells its administrator; no API publishes where, so nothing there is NotConfigured."""
    answer = admin.client.get(needed(target, "configuration_path"), headers=admin.headers)
    if answer.status_code == ABSENT:
        raise NotConfigured(target, "configuration_path")
    return expect_as(Configuration, answer)
