"""What the stand-in makes of its environment."""

import pytest
from pydantic import ValidationError

from standin.settings import Settings

NEEDED = {
    "DATABASE_URL": "postgresql://u:hidden@h/d",
    "REDIS_URL": "redis://h/0",
    "CELERY_BROKER_URL": "redis://h/1",
    "CELERY_RESULT_BACKEND": "redis://h/2",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Just enough to start with."""
    for name in ("SECRET_KEY", "ENVIRONMENT", "CORS_ORIGINS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_production_refuses_the_default_key(environment: pytest.MonkeyPatch) -> None:
    """
    Elsewhere it is merely reported.
    """
    assert Settings().secret_key_is_default
    environment.setenv("ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match="SECRET_KEY is the default one"):
        Settings()


def test_every_origin_with_credentials_is_refused(environment: pytest.MonkeyPatch) -> None:
    """
    Browsers refuse it too, only later.
    """
    environment.setenv("CORS_ORIGINS", "*")
    with pytest.raises(ValidationError, match="CORS_ORIGINS must name origins"):
        Settings()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('["https://a", "https://b"]', id="a JSON list"),
        pytest.param("https://a, https://b", id="by commas"),
    ],
)
def test_lists_come_in_two_spellings(environment: pytest.MonkeyPatch, text: str) -> None:
    """
    As a JSON list, and as names separated by commas.
    """
    environment.setenv("CORS_ORIGINS", text)
    assert Settings().cors_origins == ["https://a", "https://b"]


def test_a_missing_setting_does_not_show_the_secret_ones(environment: pytest.MonkeyPatch) -> None:
    """
    Neither in the error nor in the settings' own words.
    """
    assert "hidden" not in repr(Settings())
    environment.delenv("REDIS_URL")
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert "redis_url" in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_limits_by_the_hour_keep_the_published_proportion(environment: pytest.MonkeyPatch) -> None:
    """
    300 a minute go with 5 000 an hour.
    """
    assert Settings().rate_limit_per_hour == 5000


def test_the_version_names_the_boot(environment: pytest.MonkeyPatch) -> None:
    """
    Evidence of one boot cannot be taken for that of another.
    """
    environment.setenv("STANDIN_BOOT_ID", "abc")
    assert Settings().version == "2.0.0+standin.abc"
