"""The settings of an XCodeReviewer deployment: a file in targets/, and secrets in XCR_ variables."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator

from rollout.nearest import unknown
from rollout.target import Target
from rollout.values import Duration, Part

ADMIN_OPERATIONS = (
    "* /api/v1/monitoring/*",
    "PUT /api/v1/feature-flags",
    *(f"{method} /api/v1/{what}*" for what in ("prompts", "llm-providers") for method in ("POST", "PUT", "DELETE")),
)
USER_ID = "{user_id}"  # in `exposure_path`, where the id of the user stands
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "*")
CDN_HEADERS = ("x-cache", "cf-cache-status", "cdn-cache", "x-served-by", "x-amz-cf-pop", "via", "age")


LOGIN = "/api/v1/auth/login"


def is_port(text: str) -> bool:
    """Whether *text* is host:port."""
    try:
        parts = urlsplit(f"//{text}")
        return bool(parts.hostname and parts.port)
    except ValueError:
        return False


def is_dsn(text: str) -> bool:
    """Whether *text* is a DSN of Sentry."""
    try:
        parts = urlsplit(text)
        place = parts.scheme in ("http", "https") and parts.username and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(place) and parts.path.rpartition("/")[2].isdecimal()


class ReviewSource(Part):
    """What a review reads: a branch of a repository that the deployed workers can fetch."""

    kind: Literal["github", "gitlab"] = Field(description="which host serves the repository")
    url: str = Field(examples=["https://github.com/owner/repository"], description="address of the repository")
    branch: str = Field(examples=["main"], description="branch that is read")
    least_issues: int = Field(ge=2, examples=[2], description="the least number of issues that a review of it finds")
    within: Duration = Field(60, description="how long a review of it may take")


class XcrTarget(Target):
    """
    One XCodeReviewer backend and its frontend.

    A default is what the published API says, or a wish of this suite. What only a deployment knows has none: a check
    that needs it is UNPROVEN until the file says it.
    """

    prefix: ClassVar[str] = "XCR_"

    kubernetes_namespace: str = Field("xcodereviewer", description="namespace of the deployment")
    kubernetes_deployments: dict[str, str] = Field(
        {"backend": "xcodereviewer-backend", "worker": "xcodereviewer-celery-worker"},
        description="what the plan's procedures call a deployment → its name in the namespace",
    )
    kubernetes_database_variable: str | None = Field(
        "DATABASE_URL",
        description="variable of the deployment that holds the address of its database: `rollout rollback PHASE --restore-into NEW` prints how to set it, and sets it never",
    )
    ready_text: str = Field('"ready"', description="what a ready answer contains; empty: a 200 is enough")
    frontend_url: AnyHttpUrl | None = Field(None, description="where the frontend answers")
    frontend_http_url: AnyHttpUrl | None = Field(
        None, examples=["http://host.example"], description="the frontend without TLS; it must lead to HTTPS"
    )
    flags_path: str | None = Field(
        None, examples=["/config.json"], description="where the frontend tells its feature flags"
    )
    exposure_path: str | None = Field(
        None,
        examples=["/api/v1/feature-flags?user_id={user_id}"],
        description="where the backend tells whether a user is on it",
    )
    configuration_path: str | None = Field(
        None,
        examples=["/api/v1/monitoring/configuration"],
        description="where the backend tells administrators its own settings",
    )
    openapi_path: str = Field("/api/v1/openapi.json", description="where the backend describes its operations")
    admin_email: str | None = Field(
        None, examples=["admin@host.example"], description="an administrator, who reads monitoring and configuration"
    )
    admin_password: SecretStr | None = Field(None, description="password of the administrator")
    user_email: str | None = Field(
        None,
        examples=["user@host.example"],
        description="a plain user, who reads; load accounts derive from its password",
    )
    user_password: SecretStr | None = Field(None, description="password of the plain user")
    internal_users: tuple[str, ...] = Field((), examples=[["17"]], description="ids of the users who are exposed first")
    expired_token: SecretStr | None = Field(
        None, description="an access token of this target that has expired: it shows that expiry is checked"
    )
    reset_token: SecretStr | None = Field(
        None,
        description="a token as it stands in a link that resets a password of this target: it shows that such a token opens nothing; not needed where no operation sends such links",
    )
    log_files: tuple[Path, ...] = Field(
        (),
        examples=[["/var/log/backend.log"]],
        description="files that the backend's log is written to, as far as this machine can read them, such as the output of `kubectl logs -f`",
    )
    public_operations: tuple[str, ...] = Field(
        (), examples=[["GET /health"]], description="`METHOD path` of operations open to everybody"
    )
    admin_operations: tuple[str, ...] = Field(
        ADMIN_OPERATIONS,
        description="`METHOD path` of operations for administrators, `*` for anything; a plain user must get 403",
    )
    unowned_operations: tuple[str, ...] = Field(
        (),
        examples=[["PUT /api/v1/settings/{name}"]],
        description="`METHOD path` of operations whose ids name nothing that somebody owns, such as a setting of whoever asks",
    )
    rate_limit_probe: str | None = Field(
        None, examples=["X-RateLimit-Probe"], description="header that asks for a small rate limit bucket of its own"
    )
    rate_limit_burst: int = Field(400, ge=1, le=2000, description="the most requests sent to reach the rate limit")
    review: ReviewSource | None = Field(
        None,
        description="what the suite's reviews read: kind, url, branch, least_issues, and within: how long one may take",
    )
    cors_origins: tuple[str, ...] = Field(
        (), examples=[["https://host.example"]], description="origins that may call the backend from a browser"
    )
    cdn_paths: tuple[str, ...] = Field(
        (), examples=[["/assets/index.js"]], description="paths of the frontend that a CDN serves"
    )
    cdn_headers: tuple[str, ...] = Field(
        (), examples=[CDN_HEADERS], description="headers of which the CDN adds at least one"
    )
    certificate_min_days: int = Field(21, ge=1, description="a certificate that ends in fewer days is not accepted")
    hsts_min_age: Duration = Field(180 * 86400, description="how long browsers must remember to use HTTPS only")
    dns: dict[str, tuple[str, ...]] = Field(
        {}, examples=[{"host.example": ["192.0.2.10"]}], description="public name → expected addresses"
    )
    dns_server: str | None = Field(
        None,
        examples=["192.0.2.1:53"],
        description="`host:port` to ask instead of the resolvers of this machine; a hosts file is never believed",
    )
    closed_ports: tuple[str, ...] = Field(
        (), examples=[["host.example:5432"]], description="`host:port` that must refuse connections from here"
    )
    schema_revision: str | None = Field(
        None,
        examples=["0004"],
        description="Alembic revision that the release's database must be at (`alembic heads`); without it that check is UNPROVEN",
    )
    secrets_rotated_at: str | None = Field(
        None, examples=["2026-01-31"], description="ISO date of the last rotation of all secrets"
    )
    secrets_max_age: Duration = Field(90 * 86400, description="the rotation period")
    prometheus_job: str | None = Field(
        None, examples=["xcodereviewer-backend"], description="the job under which Prometheus scrapes it"
    )
    grafana_url: AnyHttpUrl | None = Field(None, description="Grafana")
    grafana_token: SecretStr | None = Field(None, description="token that may read Grafana's data sources")
    sentry_dsn: SecretStr | None = Field(None, description="where errors are sent")

    @field_validator("public_operations", "admin_operations", "unowned_operations")
    @classmethod
    def _operations_are_named(cls, operations: tuple[str, ...]) -> tuple[str, ...]:
        for operation in operations:
            method, _, path = operation.partition(" ")
            if method not in METHODS:
                raise ValueError(f"{operation!r}: {unknown('method', method, METHODS)}")
            if not path.startswith(("/", "*")):
                raise ValueError(f"{operation!r} has no path; write for example 'GET /health'")
        return operations

    @field_validator("exposure_path")
    @classmethod
    def _exposure_is_of_a_user(cls, path: str | None) -> str | None:
        if path is not None and (USER_ID not in path or set(path.replace(USER_ID, "")) & set("{}")):
            raise ValueError(
                f"{path!r} has to hold {USER_ID}, and no other braces; write for example '/api/v1/feature-flags?user_id={USER_ID}'"
            )
        return path

    @field_validator("closed_ports")
    @classmethod
    def _ports_are_ports(cls, places: tuple[str, ...]) -> tuple[str, ...]:
        for place in places:
            if not is_port(place):
                raise ValueError(f"{place!r} is no host:port; write for example 'host.example:5432'")
        return places

    @field_validator("secrets_rotated_at")
    @classmethod
    def _rotation_is_a_date(cls, text: str | None) -> str | None:
        try:
            datetime.fromisoformat(text or "2026-01-31")
        except ValueError:
            raise ValueError(f"{text!r} is no ISO date; write for example '2026-01-31'") from None
        return text

    @field_validator("sentry_dsn")
    @classmethod
    def _dsn_is_one(cls, dsn: SecretStr | None) -> SecretStr | None:
        if dsn and not is_dsn(dsn.get_secret_value()):
            raise ValueError("is no DSN of Sentry; it is https://KEY@HOST/PROJECT, with a number as the project")
        return dsn

    @property
    def public_urls(self) -> list[AnyHttpUrl]:
        """The URLs at which users reach the system."""
        return [url for url in (self.base_url, self.frontend_url, self.frontend_http_url) if url]

    def signs_in(self, method: str, path: str, body: bytes) -> bool:
        """Whether a request is the sign-in of the configured administrator or plain user, with their passwords."""
        accounts = ((self.admin_email, self.admin_password), (self.user_email, self.user_password))
        forms = [
            {"username": [email], "password": [word.get_secret_value()]} for email, word in accounts if email and word
        ]
        return (method, path) == ("POST", LOGIN) and parse_qs(body.decode(errors="replace")) in forms
