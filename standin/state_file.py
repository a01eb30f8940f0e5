"""The state file of a running stand-in: addresses and credentials as one JSON document, readable for its owner only."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from standin.errors import USAGE, StandinError
from standin.migrations import HEAD
from standin.paths import write_private

SCHEMA_VERSION = 1
FILE = "state.json"


@dataclass(frozen=True)
class Service:
    """One process of the stand-in."""

    pid: int
    port: int | None
    ready_s: float


@dataclass
class State:
    """Addresses and credentials of one boot; the passwords are random and valid for this boot only."""

    boot_id: str
    name: str
    version: str
    started_at: str
    dir: str
    private_dir: str
    supervisor_pid: int
    owner_pid: int | None
    kept: bool
    control: dict[str, Any]
    base_url: str
    baseline_url: str | None
    postgres_dsn: str
    postgres_admin_dsn: str
    redis_url: str
    broker_url: str
    result_url: str
    queues: list[str]
    admin: dict[str, str]
    user: dict[str, str]
    faults_file: str
    backup_dir: str
    prometheus_url: str | None
    alert_rules_file: str
    sentry_dsn: str | None
    expired_token: str
    reset_token: str
    internal_users: list[str]
    secrets_rotated_at: str
    metrics_url: str | None
    logs_dir: str
    postgres_bin: str
    profile: str
    frontend_url: str | None = None
    frontend_http_url: str | None = None
    ca_file: str | None = None
    grafana_url: str | None = None
    dns: dict[str, list[str]] = field(default_factory=dict)
    dns_server: str | None = None
    services: dict[str, Service] = field(default_factory=dict)
    boot_seconds: float = 0.0
    schema_version: int = SCHEMA_VERSION
    schema_revision: str = HEAD
    application_command: list[str] = field(default_factory=list)  # serves a copy of its database
    checkout: str = ""  # path of its code; empty in older versions

    def line(self) -> str:
        """The document on one line."""
        return json.dumps(asdict(self))

    def save(self) -> None:
        """Write it beside the logs."""
        write_private(Path(self.dir) / FILE, json.dumps(asdict(self), indent=2) + "\n")


def load(directory: Path) -> State:
    """The state of the stand-in in *directory*."""
    path = directory / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StandinError(f"no stand-in in {directory}: there is no {FILE}", USAGE) from None
    except (OSError, ValueError) as error:
        raise StandinError(f"cannot read {path}: {error}", USAGE) from error
    if found.get("schema_version") != SCHEMA_VERSION:
        got = found.get("schema_version")
        raise StandinError(f"{path}: schema_version {got!r}, want {SCHEMA_VERSION}; another version made it", USAGE)
    services = {name: Service(**facts) for name, facts in found.pop("services").items()}
    try:
        return State(services=services, **found)
    except TypeError as error:
        raise StandinError(f"{path}: {error}; another version made it: end its supervisor by pid", USAGE) from error
