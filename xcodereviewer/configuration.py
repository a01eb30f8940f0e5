"""The backend's report about its own settings, which contains no secret."""

from rollout.target.answer import expect_as
from rollout.target.obstacle import NotConfigured, needed
from rollout.values import STANDIN
from xcodereviewer.api import Api
from xcodereviewer.models import ApiPart
from xcodereviewer.target import XcrTarget

ABSENT = 404
CALLED = {STANDIN: "staging"}  # environment of a target → the backend's own name of it, where they differ
SHORT_NAMES = {"prod": "production", "live": "production", "stage": "staging", "stg": "staging"}


class Configuration(ApiPart):
    """The facts that must be known about a deployment; a missing one is named in the failure."""

    environment: str
    debug: bool
    secret_key_is_default: bool
    secrets_rotated_at: str | None = None
    cors_origins: tuple[str, ...]
    rate_limit_enabled: bool
    sentry_configured: bool
    database_pool_size: int


def own_name(target: XcrTarget) -> str:
    """The name by which the backend of *target* reports its environment."""
    return CALLED.get(target.environment, target.environment)


def is_elsewhere(target: XcrTarget, said: str) -> bool:
    """Whether *said* is another environment than that in the target's file, spelling aside."""
    word = said.strip().lower()
    return SHORT_NAMES.get(word, word) != own_name(target)


def configuration_of(admin: Api, target: XcrTarget) -> Configuration:
    """The configuration as the backend tells its administrator; the path is not published, so a 404 is NotConfigured."""
    answer = admin.client.get(needed(target, "configuration_path"), headers=admin.headers)
    if answer.status_code == ABSENT:
        raise NotConfigured(target, "configuration_path")
    return expect_as(Configuration, answer)
