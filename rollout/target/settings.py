"""The settings of any system under verification; a suite adds its own fields in a model below this one."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, FilePath, SecretStr, field_validator

from rollout.target import postgres_dsn, redis_url
from rollout.values import STANDIN, Duration, Part, TargetEnvironment

STATE_VARIABLE = "ROLLOUT_STANDIN_STATE"
HANDED_BY_VARIABLE = (
    "ROLLOUT_STANDIN_HANDED_BY"  # the process that handed it over; if that has ended, the variable is left over
)
RUN_VARIABLES = {
    STATE_VARIABLE,
    HANDED_BY_VARIABLE,
}  # passed from a gate to its child processes; not settings of a target


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
    PROBE = "probe"


READS = ("GET", "HEAD", "OPTIONS")
LOAD_NEEDS = (Action.LOAD, Action.WRITE)  # load users make data of their own, and accounts that stay


class Backups(Part):
    """Where backups are catalogued: a JSON catalogue on a path, or a command that prints one."""

    catalogue: Path | None = Field(
        None, examples=["/var/backups/catalogue.json"], description="path of the catalogue; the backups lie beside it"
    )
    command: tuple[str, ...] = Field(
        (), examples=[["cat", "/var/backups/catalogue.json"]], description="command that prints the catalogue"
    )
    max_age: Duration = Field(86400, description="an older newest backup is not accepted")
    min_bytes: int = Field(1000, description="a backup of fewer bytes is not accepted")
    restored: Literal["newest", "random"] = Field(
        "newest", description="which one a restore drill restores: the newest, or one of all at random"
    )


class Target(BaseModel):
    """
    One system under verification.

    URLs are absolute; DSNs may carry passwords and are therefore secret. *not_applicable* maps full criterion ids to
    the reason why they cannot apply here; they are shown in every decision line. *prefix* begins the environment
    variables of its secrets.
    """

    prefix: ClassVar[str] = "ROLLOUT_"

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(description="set by the name of the file")
    environment: TargetEnvironment = Field(
        description="`staging` or `production`; `standin` is reserved for the embedded target"
    )
    base_url: AnyHttpUrl = Field(description="where the system answers")
    baseline_url: AnyHttpUrl | None = Field(None, description="the previous release, for side-by-side measurements")
    release: str | None = Field(
        None, examples=["2.0.0+abc"], description="id of the deployed build; without it the system is asked"
    )
    ready_path: str = Field("/ready", description="where the service says whether it is ready")
    ready_text: str = Field("", description="what a ready answer contains; empty: a 200 is enough")
    link_reference: str | None = Field(
        None,
        pattern=r"^[\w.-]+:\d{1,5}$",
        examples=["host.example:443"],
        description="`host:port` elsewhere that answers whenever this machine's own link is up: while it does not, checks, load and watch accuse nobody",
    )
    ca_file: FilePath | None = Field(
        None, examples=["/etc/ssl/own-ca.pem"], description="certificate authority, where it is not a public one"
    )
    postgres_dsn: SecretStr | None = Field(None, description="PostgreSQL; a read-only role is enough")
    drill_dsn: SecretStr | None = Field(
        None,
        description="PostgreSQL for drills and for `rollout rollback PHASE --restore-into NEW`: a role that may create databases, where a copy of the "
        "database has room; the live one is only read, but for canary rows of a drill in a schema of their own where `write` is allowed",
    )
    postgres_programs: Path | None = Field(
        None,
        examples=["/usr/lib/postgresql/18/bin"],
        description="folder of pg_dump and pg_restore, at least as new as the server; default: those on PATH",
    )
    drill_application: tuple[str, ...] = Field(
        (),
        examples=[["scripts/backend-on-copy"]],
        description="command that starts the backend on the database of `DATABASE_URL` at port `PORT` of 127.0.0.1 and goes on until it is ended: "
        "a restore drill asks it on the copy what the live one says; let it have a Redis of its own",
    )
    redis_url: SecretStr | None = Field(None, description="Redis that caches")
    broker_url: SecretStr | None = Field(None, description="Redis that carries the queues of Celery")
    queues: tuple[str, ...] = Field(
        (),
        examples=[["celery"]],
        description="every Celery queue; depth is the sum over all of them and what is handed out",
    )
    metrics_urls: tuple[AnyHttpUrl, ...] = Field(
        (),
        examples=[["http://10.0.0.11:8000/metrics"]],
        description="the /metrics page of each replica; requests of users are counted from them",
    )
    metrics_ignore: tuple[str, ...] = Field(
        ("/health", "/ready", "/metrics"),
        description="routes that no user asks for, as labels of the metrics name them",
    )
    prometheus_url: AnyHttpUrl | None = Field(None, description="Prometheus that watches the system")
    prometheus_token: SecretStr | None = Field(None, description="token that may query Prometheus")
    prometheus_queries: dict[str, str] = Field(
        {},
        examples=[{"celery.queue_tasks": "sum(celery_queue_length)"}],
        description="metric → PromQL query with one series, which stands in for its own source",
    )
    kubernetes_context: str | None = Field(
        None,
        examples=["staging-cluster"],
        description="context of kubectl: `rollout doctor` looks for the deployments there, `rollout rollback` and the rollback drill act there",
    )
    kubernetes_namespace: str | None = Field(None, description="namespace of the deployment")
    kubernetes_deployments: dict[str, str] = Field(
        {},
        examples=[{"backend": "backend-v2"}],
        description="what the plan's procedures call a deployment → its name in the namespace",
    )
    kubernetes_percentage_variable: str | None = Field(
        None,
        examples=["ROLLOUT_PERCENTAGE"],
        description="variable of the deployment that holds the share of users on the new backend, in percent: a gradual rollback lowers it; without it people do that step",
    )
    kubernetes_database_variable: str | None = Field(
        None,
        examples=["DATABASE_URL"],
        description="variable of the deployment that holds the address of its database: `rollout rollback PHASE --restore-into NEW` prints how to set it, and sets it never",
    )
    backups: Backups | None = Field(None, description="where backups are catalogued")
    not_applicable: dict[str, str] = Field(
        {},
        examples=[{"PHASE.CRITERION": "why it cannot apply here"}],
        description="full criterion id → why it cannot apply here; counted in every decision line",
    )
    allow: frozenset[Action] = Field(frozenset(), description="actions that change the system")

    requests_per_second: float | None = Field(
        None,
        gt=0,
        examples=[5],
        description="the most requests a second, load apart; on production 5 unless told otherwise, elsewhere no limit",
    )

    @field_validator("not_applicable")
    @classmethod
    def _reasons_are_given(cls, reasons: dict[str, str]) -> dict[str, str]:
        for criterion, reason in reasons.items():
            if not reason.strip():
                raise ValueError(f"{criterion!r} is not applicable without a reason; say why")
        return reasons

    @field_validator("redis_url", "broker_url")
    @classmethod
    def _clients_can_read_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value():
            redis_url.refuse_unreadable(value.get_secret_value())
        return value

    @field_validator("postgres_dsn", "drill_dsn")
    @classmethod
    def _libpq_can_read_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and value.get_secret_value():
            postgres_dsn.refuse_unreadable(value.get_secret_value())
        return value

    @field_validator("*")
    @classmethod
    def _addresses_hold_no_credentials(cls, value: object) -> object:
        if isinstance(value, AnyHttpUrl) and (value.username or value.password):
            raise ValueError("holds a user name or a password; take it out, and use the settings for secrets")
        return value

    def url(self, path: str = "") -> str:
        """An absolute URL below the base URL."""
        return str(self.base_url).rstrip("/") + path

    def signs_in(self, method: str, path: str, body: bytes) -> bool:
        """Whether a request signs in an account that this target names; a suite overrides it for its API."""
        return False

    def may(self, *actions: Action) -> bool:
        """Whether all of *actions* are allowed: on the stand-in always, elsewhere as `allow` in the target file states."""
        return not self.lacking(*actions)

    def lacking(self, *actions: Action) -> list[str]:
        """The *actions* that are not allowed here, independent of the address."""
        return [] if self.environment == STANDIN else [each.value for each in actions if each not in self.allow]

    def refuse_unless(self, *actions: Action) -> None:
        """Raise TargetError where one of *actions* is not allowed."""
        if lacking := self.lacking(*actions):
            raise TargetError(needs_permission(self.name, lacking))


def needs_permission(target: str, actions: Sequence[str]) -> str:
    """One line for actions that a target does not allow, with the way out."""
    return f"needs permission {' and '.join(actions)}: add it to allow in targets/{target}.toml"
