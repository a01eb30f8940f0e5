"""What the backend says about its own settings; no secret is among it."""

from xcodereviewer.models import Part


class Configuration(Part):
    """The facts that must be known about a deployment; one that is missing is told by its name."""

    environment: str
    debug: bool
    secret_key_is_default: bool
    secrets_rotated_at: str | None = None
    cors_origins: tuple[str, ...]
    rate_limit_enabled: bool
    sentry_configured: bool
    database_pool_size: int
