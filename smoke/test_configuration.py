"""Is the backend configured for where it runs? Its own word, and what can be seen of it from outside."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from pydantic import AnyHttpUrl

from rollout.target.raw_client import RawClient
from rollout.target.tokens import WELL_KNOWN_KEYS, claims_of, signed
from xcodereviewer.api import API, Api
from xcodereviewer.configuration import Configuration, is_elsewhere, own_name
from xcodereviewer.refusals import TURNED_AWAY
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.promise("plan: Production environment configured")
STAGING = pytest.mark.criterion("predeploy.staging-configured")
PRODUCTION = pytest.mark.criterion("predeploy.production-configured")
Record = Callable[[str, object], None]
LOOPBACK = (None, "localhost", "127.0.0.1", "::1")


@STAGING
@PRODUCTION
def test_the_backend_knows_where_it_runs(
    target: XcrTarget, configuration: Configuration, record_property: Record
) -> None:
    """
    Every required setting is there, and the environment is the one that is verified.
    """
    record_property("configuration.environment", configuration.environment)
    record_property("configuration.database_pool_size", configuration.database_pool_size)
    complaint = f"environment: got {configuration.environment!r}, want {own_name(target)!r}"
    assert not is_elsewhere(target, configuration.environment), complaint


@STAGING
@PRODUCTION
def test_debug_is_off(configuration: Configuration) -> None:
    """
    The backend does not run in debug mode.
    """
    assert not configuration.debug, "debug: got on, want off"


@STAGING
@PRODUCTION
def test_the_secret_key_is_its_own(configuration: Configuration) -> None:
    """
    The backend says that its secret key is not the default one.
    """
    assert not configuration.secret_key_is_default, "secret key: got the default one, want one of its own"


@STAGING
@PRODUCTION
@pytest.mark.promise("api: No token: 401 or 403. Bad, expired or forged token: 401 or 403.")
def test_a_well_known_key_opens_nothing(reader: Api, raw_client: RawClient, record_property: Record) -> None:
    """
    Tokens signed with keys that stand in documentation and examples are refused, whatever the backend says of its key.
    """
    claims = claims_of(reader.tokens.access_token)
    record_property("well_known_keys_count", len(WELL_KNOWN_KEYS))
    answers = {key: raw_client.ask("GET", f"{API}/auth/me", signed(claims, key)).status_code for key in WELL_KNOWN_KEYS}
    assert set(answers.values()) <= set(TURNED_AWAY), f"GET {API}/auth/me with forged tokens, by key: got {answers}"


@PRODUCTION
def test_what_production_needs_is_switched_on(configuration: Configuration) -> None:
    """
    Rate limiting and error tracking are on.
    """
    assert configuration.rate_limit_enabled, "rate limiting: got off, want on"
    assert configuration.sentry_configured, "error tracking: got no DSN, want one"


@PRODUCTION
def test_no_origin_is_a_developers(target: XcrTarget, configuration: Configuration) -> None:
    """
    Allowed origins are HTTPS, and none is on a developer's machine, unless the verified frontend itself is.
    """
    assert configuration.cors_origins, "CORS origins: got none, want the frontend's"
    odd = [origin for origin in configuration.cors_origins if not is_fit_for_users(origin, target.frontend_url)]
    assert not odd, f"CORS origins: got {odd!r} among them, want HTTPS origins that users come from"


def is_fit_for_users(origin: str, frontend: AnyHttpUrl | None) -> bool:
    """Whether users may come from *origin*."""
    if frontend is not None and origin == str(frontend).rstrip("/"):
        return frontend.scheme == "https"
    parts = urlsplit(origin)
    return parts.scheme == "https" and parts.hostname not in LOOPBACK
