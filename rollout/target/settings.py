"""A target is a file in targets/ plus XCR_ variables; secrets come from the variables only."""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import AnyHttpUrl, Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from rollout.nearest import unknown
from rollout.plan.base import Duration, Part

TARGETS = Path(__file__).resolve().parents[2] / "targets"
PREFIX = "XCR_"
ADMIN_OPERATIONS = (
    "* /api/v1/monitoring/*",
    "PUT /api/v1/feature-flags",
    *(f"{method} /api/v1/{what}*" for what in ("prompts", "llm-providers") for method in ("POST", "PUT", "DELETE")),
)
STANDIN_PUBLIC_OPERATIONS = (
    "GET /",
    "GET /health",
    "GET /ready",
    "GET /metrics",
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/logout",
    "GET /api/v1/feature-flags",
)
RUN_VARIABLES = {"XCR_STANDIN_STATE"}  # handed from a gate to what it starts; not part of a target


class TargetError(ValueError):
    """A target that cannot be used: which setting, why, and the way out."""


class Action(StrEnum):
    """What changes the system and therefore needs the target's word."""

    LOAD = "load"
    WRITE = "write"
    FUZZ = "fuzz"
    RATE_LIMIT = "rate-limit"
    DRILL = "drill"
    ROLLBACK = "rollback"


class Backups(Part):
    """Where backups are catalogued: a JSON catalogue on a path, or a command that prints one."""

    catalogue: Path | None = None
    command: tuple[str, ...] = ()
    max_age: Duration = 86400
    min_bytes: int = 1000


class Target(BaseSettings):
    """
    One system under verification.

    URLs are absolute; DSNs may carry passwords and are therefore secret. *not_applicable* maps full criterion ids to
    the reason why they cannot apply here; they are shown in every decision line.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_ignore_empty=True,
        validate_default=False,
    )

    name: str
    environment: Literal["staging", "production", "standin"]
    base_url: AnyHttpUrl
    release: str | None = Field(None, description="the deployed build; without it /health is asked")
    ready_path: str = Field("/ready", description="where the service says whether it is ready")
    ready_text: str = Field('"ready"', description="what a ready answer contains; empty: a 200 is enough")
    frontend_url: AnyHttpUrl | None = None
    frontend_http_url: AnyHttpUrl | None = None
    flags_path: str = "/config.json"
    exposure_path: str = "/api/v1/feature-flags?user_id={user_id}"
    ca_file: FilePath | None = Field(
        None, description="certificate authority of the target, where it is not a public one"
    )
    certificate_min_days: int = Field(21, ge=1, description="a certificate that ends sooner is not accepted")
    hsts_min_age: Duration = Field(180 * 86400, description="how long browsers must remember to use HTTPS only")
    dns: dict[str, tuple[str, ...]] = Field({}, description="public name: expected addresses")
    dns_server: str | None = Field(None, description="host:port to ask instead of the resolvers of this machine")
    cdn_paths: tuple[str, ...] = ()
    cdn_headers: tuple[str, ...] = Field(
        ("x-cache", "cf-cache-status", "cdn-cache", "x-served-by", "x-amz-cf-pop", "via", "age"),
        description="headers of which a CDN adds at least one",
    )
    configuration_path: str = Field("/api/v1/monitoring/configuration", description="where the backend tells its own")
    openapi_path: str = "/api/v1/openapi.json"
    postgres_dsn: SecretStr | None = None
    redis_url: SecretStr | None = None
    broker_url: SecretStr | None = None
    schema_revision: str | None = Field(None, description="Alembic revision that the release's database must be at")
    queues: tuple[str, ...] = ("celery",)
    admin_email: str | None = None
    admin_password: SecretStr | None = None
    user_email: str | None = None
    user_password: SecretStr | None = None
    prometheus_url: AnyHttpUrl | None = None
    prometheus_job: str = "xcodereviewer-backend"
    grafana_url: AnyHttpUrl | None = None
    grafana_token: SecretStr | None = None
    sentry_dsn: SecretStr | None = None
    backups: Backups | None = None
    cors_origins: tuple[str, ...] = ()
    secrets_rotated_at: str | None = Field(None, description="ISO date of the last rotation of all secrets")
    secrets_max_age: Duration = 90 * 86400
    closed_ports: tuple[str, ...] = Field((), description="host:port that must refuse connections from here")
    public_operations: tuple[str, ...] = Field((), description="METHOD path of operations open to everybody")
    admin_operations: tuple[str, ...] = Field(
        ADMIN_OPERATIONS, description="METHOD path of operations for administrators; * stands for anything"
    )
    expired_token: SecretStr | None = Field(None, description="an access token of this target that has expired")
    rate_limit_probe: str | None = Field(None, description="header that asks for a small rate limit bucket of its own")
    rate_limit_burst: int = Field(400, ge=1, le=2000, description="the most requests sent to reach the rate limit")
    internal_users: tuple[str, ...] = ()
    baseline_url: AnyHttpUrl | None = Field(None, description="the previous version, for side-by-side measurements")
    kubernetes_context: str | None = None
    kubernetes_namespace: str = "xcodereviewer"
    not_applicable: dict[str, str] = {}
    allow: frozenset[Action] = frozenset()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings

    @field_validator("not_applicable")
    @classmethod
    def _reasons_are_given(cls, reasons: dict[str, str]) -> dict[str, str]:
        for criterion, reason in reasons.items():
            if not reason.strip():
                raise ValueError(f"{criterion!r} is not applicable without a reason; say why")
        return reasons

    def url(self, path: str = "") -> str:
        """An absolute URL below the base URL."""
        return str(self.base_url).rstrip("/") + path

    def may(self, action: Action) -> bool:
        """Whether *action* is allowed here: everything on the stand-in, elsewhere what the target file says."""
        return self.environment == "standin" or action in self.allow

    def refuse_unless(self, action: Action) -> None:
        """Raise TargetError where *action* is not allowed."""
        if not self.may(action):
            raise TargetError(
                f"target {self.name!r} does not allow {action.value!r}; add it to allow in targets/{self.name}.toml"
            )


def load_target(name: str, state: Mapping[str, Any] | None = None) -> Target:
    """
    The target of that *name*, from `targets/<name>.toml` and XCR_ variables, or from the *state* of a stand-in.

    Raises TargetError in one line a fault, without any secret.
    """
    refuse_misspelt(os.environ)
    facts = standin_facts(state) if state is not None else file_facts(name)
    try:
        return Target(**facts)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise TargetError("\n".join(f"target {name!r}: {fault}" for fault in faults)) from None


def file_facts(name: str) -> dict[str, Any]:
    """What the file says; secrets in it are refused."""
    path = TARGETS / f"{name}.toml"
    if not path.exists():
        there = sorted(file.stem for file in TARGETS.glob("*.toml"))
        raise TargetError(f"{unknown('target', name, [*there, 'standin'])} (targets are files in targets/)")
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TargetError(f"{path.name}: is not TOML: {error}") from error
    for key in secret_fields() & facts.keys():
        raise TargetError(f"{path.name}: {key} is a secret; set {PREFIX}{key.upper()} in the environment instead")
    return {"name": name, **facts}


def secret_fields() -> set[str]:
    """The settings that hold secrets."""
    return {
        name
        for name, field in Target.model_fields.items()
        if field.annotation is SecretStr or SecretStr in get_args(field.annotation)
    }


def refuse_misspelt(environment: Mapping[str, str]) -> None:
    """Raise TargetError for a variable with our prefix that means nothing."""
    known = {f"{PREFIX}{name.upper()}" for name in Target.model_fields} | RUN_VARIABLES
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in known:
            raise TargetError(f"{unknown('setting', variable, sorted(known))} (environment)")


def standin_facts(state: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a running stand-in, from the state it wrote."""
    return {
        "name": "standin",
        "environment": "standin",
        "release": state["version"],
        "base_url": state["base_url"],
        "frontend_url": state.get("frontend_url"),
        "frontend_http_url": state.get("frontend_http_url"),
        "ca_file": state.get("ca_file"),
        "postgres_dsn": state["postgres_dsn"],
        "redis_url": state["redis_url"],
        "broker_url": state["broker_url"],
        "schema_revision": state.get("schema_revision"),
        "queues": tuple(state["queues"]),
        "admin_email": state["admin"]["email"],
        "admin_password": state["admin"]["password"],
        "user_email": state["user"]["email"],
        "user_password": state["user"]["password"],
        "prometheus_url": state.get("prometheus_url"),
        "grafana_url": state.get("grafana_url"),
        "sentry_dsn": state.get("sentry_dsn"),
        "cors_origins": (state["frontend_url"],),
        "internal_users": tuple(state.get("internal_users", ())),
        "secrets_rotated_at": state.get("secrets_rotated_at"),
        "closed_ports": standin_closed_ports(state),
        "public_operations": STANDIN_PUBLIC_OPERATIONS,
        "rate_limit_probe": "X-RateLimit-Probe",
        "expired_token": state.get("expired_token"),
        "baseline_url": state.get("baseline_url"),
        **(
            {"backups": Backups(catalogue=Path(state["backup_dir"]) / "catalogue.json")}
            if state.get("backup_dir")
            else {}
        ),
        "dns": {"localhost": ("127.0.0.1", "::1"), **state.get("dns", {})},
        "dns_server": state.get("dns_server"),
        "cdn_paths": ("/assets/app.js",),
        "not_applicable": standin_not_applicable(state),
    }


def standin_closed_ports(state: Mapping[str, Any]) -> tuple[str, ...]:
    """PostgreSQL and Redis listen on 127.0.0.1 only; another address of this machine stands for the public network."""
    ports = [service["port"] for name, service in state["services"].items() if name in ("postgres", "redis")]
    return tuple(f"127.0.0.2:{port}" for port in ports)


def standin_not_applicable(state: Mapping[str, Any]) -> dict[str, str]:
    """What a stand-in cannot show on this machine, and why."""
    if state.get("prometheus_url"):
        return {}
    return {"predeploy.monitoring-configured": "no prometheus on this machine's PATH, so none watches the stand-in"}
