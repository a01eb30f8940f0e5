"""The settings of a running stand-in, derived from its state file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rollout.target.settings import Backups
from xcodereviewer.target import ReviewSource

PUBLIC_OPERATIONS = (
    "GET /",
    "GET /health",
    "GET /ready",
    "GET /metrics",
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/forgot-password",
    "POST /api/v1/auth/reset-password",
    "GET /api/v1/feature-flags",
)
CDN_HEADERS = ("x-cache",)
INTERNAL_USERS = tuple(f"rollout-internal-{number}" for number in range(1, 11))
AS_TOLD = (
    *("base_url", "baseline_url", "frontend_url", "frontend_http_url", "ca_file", "postgres_dsn", "redis_url"),
    *("broker_url", "schema_revision", "prometheus_url", "grafana_url", "sentry_dsn", "secrets_rotated_at"),
    *("expired_token", "reset_token", "dns_server"),
)


def standin_facts(state: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of an XcrTarget, without its name and environment."""
    return {
        **{name: state.get(name) for name in AS_TOLD},
        "metrics_urls": (state["metrics_url"],) if state.get("metrics_url") else (),
        "release": state["version"],
        "drill_dsn": state.get("postgres_admin_dsn"),
        "postgres_programs": state.get("postgres_bin"),
        "drill_application": tuple(state.get("application_command") or ()),
        "queues": tuple(state["queues"]),
        "admin_email": state["admin"]["email"],
        "admin_password": state["admin"]["password"],
        "user_email": state["user"]["email"],
        "user_password": state["user"]["password"],
        "cors_origins": (state["frontend_url"],) if state["frontend_url"] else (),
        "internal_users": tuple(state.get("internal_users") or INTERNAL_USERS),
        "closed_ports": closed_ports(state),
        "public_operations": PUBLIC_OPERATIONS,
        "rate_limit_probe": "X-RateLimit-Probe",
        "backups": backups(state),
        "dns": {"localhost": ("127.0.0.1", "::1"), **state["dns"]} if state.get("dns") else {},
        "log_files": log_files(state),
        "review": ReviewSource(
            kind="github", url=f"{state['base_url']}/repositories/careless", branch="main", least_issues=2
        ),
        "cdn_paths": ("/assets/app.js",) if state["frontend_url"] else (),
        "cdn_headers": CDN_HEADERS,
        "flags_path": "/config.json",
        "exposure_path": "/api/v1/feature-flags?user_id={user_id}",
        "configuration_path": "/api/v1/monitoring/configuration",
        "prometheus_job": "xcodereviewer-backend",
    }


def backups(state: Mapping[str, Any]) -> Backups | None:
    """The catalogue of its backups; None if it makes none."""
    folder = state.get("backup_dir")
    return Backups(catalogue=Path(folder) / "catalogue.json") if folder else None


def log_files(state: Mapping[str, Any]) -> tuple[Path, ...]:
    """The log files of backend and worker; empty for a stand-in of an older checkout."""
    folder = state.get("logs_dir")
    return tuple(Path(folder) / f"{name}.log" for name in ("backend", "worker")) if folder else ()


def closed_ports(state: Mapping[str, Any]) -> tuple[str, ...]:
    """The ports that must be closed: PostgreSQL and Redis, at another address of this machine than 127.0.0.1."""
    ports = [service["port"] for name, service in state["services"].items() if name in ("postgres", "redis")]
    return tuple(f"127.0.0.2:{port}" for port in ports)
