"""The settings of the stand-in from its environment: one frozen model, read once at the start."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from standin.profiles import COMPLETE, Profile, named

DEFAULT_SECRET_KEY = "change-me-in-production"
ListOfText = Annotated[list[str], NoDecode]


class Settings(BaseSettings):
    """Settings with the target's names; those of the stand-in only start with STANDIN_."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    environment: str = "staging"
    debug: bool = False
    database_url: SecretStr
    database_pool_size: int = Field(20, ge=1)
    database_max_overflow: int = Field(10, ge=0)
    redis_url: SecretStr
    celery_broker_url: SecretStr
    celery_result_backend: SecretStr
    secret_key: SecretStr = SecretStr(DEFAULT_SECRET_KEY)
    secrets_rotated_at: str | None = None
    cors_origins: ListOfText = Field(default_factory=list)
    sentry_dsn: SecretStr | None = None
    rate_limit_enabled: bool = True
    rate_limit_per_minute: int = Field(300, ge=1)
    use_backend_api: bool = True
    """The emergency switch: false turns every flag off for everybody, whatever the percentage."""

    standin_faults_file: Path | None = None
    standin_boot_id: str = "local"
    standin_version: str = ""
    standin_profile: str = COMPLETE.name
    standin_bcrypt_rounds: int = Field(10, ge=4, le=16)
    standin_lockout_seconds: float = Field(5.0, gt=0)
    standin_step_seconds: float = Field(0.08, ge=0)
    standin_admin_email: str = "admin@example.com"
    standin_admin_password: SecretStr | None = None
    standin_user_email: str = "demo@example.com"
    standin_user_password: SecretStr | None = None
    standin_rollout_percentage: int = Field(0, ge=0, le=100)
    standin_internal_users: ListOfText = Field(default_factory=list)

    @field_validator("cors_origins", "standin_internal_users", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Accept a JSON list as well as names separated by commas."""
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return json.loads(value)
        return [part.strip() for part in value.split(",") if part.strip()]

    @model_validator(mode="after")
    def _refuse_what_must_never_run(self) -> Self:
        if self.environment == "production" and self.secret_key_is_default:
            raise ValueError("SECRET_KEY is the default one; production needs a key of its own")
        if "*" in self.cors_origins:
            raise ValueError("CORS_ORIGINS must name origins: '*' cannot go with credentials")
        return self

    @property
    def profile(self) -> Profile:
        return named(self.standin_profile)

    @property
    def secret_key_is_default(self) -> bool:
        return self.secret_key.get_secret_value() == DEFAULT_SECRET_KEY

    @property
    def version(self) -> str:
        return self.standin_version or f"2.0.0+standin.{self.standin_boot_id}"

    @property
    def rate_limit_per_hour(self) -> int:
        """The limit per hour, in the published proportion of 300 per minute to 5 000 per hour."""
        return self.rate_limit_per_minute * 50 // 3


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings."""
    return Settings()
