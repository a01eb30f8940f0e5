"""The boot options of a stand-in, and its state once every service answers."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin import application, environment
from standin.application import QUEUES
from standin.binaries import postgres_home
from standin.credentials import Credentials
from standin.frontend import dns_server
from standin.paths import PACKAGE_ROOT
from standin.ports import HOST
from standin.postgres import ADMIN, READER
from standin.profiles import COMPLETE, Profile
from standin.run_directory import RunDirectory
from standin.stack import Stack
from standin.state_file import Service, State


@dataclass(frozen=True)
class BootOptions:
    """The options of `up`."""

    directory: Path | None
    name: str | None
    owner_pid: int | None
    kept: bool
    baseline: bool
    profile: Profile = COMPLETE


def boot_state(
    run_directory: RunDirectory, stack: Stack, control: dict[str, Any], options: BootOptions, boot_seconds: float
) -> State:
    """The state of a stack that has just booted."""
    ports, directory = stack.ports, run_directory.directory
    base = f"http://{HOST}:{ports['backend']}"
    return State(
        boot_id=stack.boot_id,
        name=run_directory.name,
        version=stack.version,
        started_at=stack.started_at,
        dir=str(directory),
        private_dir=str(run_directory.private),
        supervisor_pid=os.getpid(),
        owner_pid=options.owner_pid,
        kept=options.kept,
        application_command=application.on_copy(str(directory)),
        checkout=str(PACKAGE_ROOT),
        control=control,
        base_url=base,
        baseline_url=f"http://{HOST}:{ports['baseline']}" if stack.baseline else None,
        queues=QUEUES,
        faults_file=str(stack.faults_file),
        backup_dir=str(directory / "backups"),
        prometheus_url=stack.prometheus_url,
        sentry_dsn=stack.sentry_dsn,
        alert_rules_file=str(directory / "prometheus" / "rules.yml"),
        internal_users=environment.internal_users(),
        secrets_rotated_at=stack.started_at,
        metrics_url=f"{base}/metrics" if "/metrics" not in stack.profile.lacks else None,
        logs_dir=str(stack.logs),
        postgres_bin=str(postgres_home() / "bin"),
        services={
            name: Service(child.pid, ports.get(name), stack.ready_s[name]) for name, child in stack.children.items()
        },
        boot_seconds=boot_seconds,
        profile=stack.profile.name,
        **stores(stack),
        **accounts(stack.credentials),
        **(beside(ports, str(directory / "ca.pem")) if stack.profile.frontend else {}),
    )


def stores(stack: Stack) -> dict[str, Any]:
    """The addresses of the data: the database by two of its roles, and the three databases of Valkey by use."""
    return {
        "postgres_dsn": stack.postgres.dsn(READER),
        "postgres_admin_dsn": stack.postgres.dsn(ADMIN),
        "redis_url": stack.valkey.url(0),
        "broker_url": stack.valkey.url(1),
        "result_url": stack.valkey.url(2),
    }


def accounts(credentials: Credentials) -> dict[str, Any]:
    """The accounts, and tokens that no login gives (expired, reset)."""
    return {
        "admin": {"email": credentials.admin.email, "password": credentials.admin.password},
        "user": {"email": credentials.user.email, "password": credentials.user.password},
        "expired_token": credentials.expired_token(),
        "reset_token": credentials.reset_token(),
    }


def beside(ports: dict[str, int], ca_file: str) -> dict[str, Any]:
    """The addresses of the frontend and of the other servers in its process."""
    return {
        "frontend_url": f"https://localhost:{ports['frontend']}",
        "frontend_http_url": f"http://localhost:{ports['frontend_http']}",
        "ca_file": ca_file,
        "grafana_url": f"http://{HOST}:{ports['operations']}/grafana",
        "dns": {dns_server.NAME: [dns_server.RIGHT]},
        "dns_server": f"{HOST}:{ports['dns']}",
    }
