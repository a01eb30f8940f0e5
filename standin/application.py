"""The backend and the worker: their command lines, settings and accounts."""

import sys

from standin import environment
from standin.credentials import Credentials
from standin.postgres import OWNER, PostgresCluster
from standin.valkey import Valkey

FACTORY = "standin.app:create_app"
QUEUES = ["celery"]
WORKER = ["-m", "standin.run_worker", "-A", "standin.worker", "worker", "--pool", "threads", "--concurrency", "2"]
WORKER += ["--hostname", "worker@standin", "--loglevel", "INFO", "--queues", ",".join(QUEUES)]
WORKER += ["--without-mingle", "--without-gossip"]  # mingling waits a second for other workers
WORKER_READY = b"worker@standin ready."


def backend(fd: int) -> list[str]:
    """The arguments that serve the application on an inherited socket."""
    return ["-m", "standin.serve", FACTORY, str(fd)]


def on_copy(directory: str) -> list[str]:
    """The command that serves a copy of the database of the stand-in in *directory*."""
    return [sys.executable, "-m", "standin", "application", "--dir", directory]


def dependencies(postgres: PostgresCluster, valkey: Valkey) -> dict[str, str]:
    """The application's settings with the addresses of its databases."""
    return {
        "DATABASE_URL": postgres.dsn(OWNER),
        "REDIS_URL": valkey.url(0),
        "CELERY_BROKER_URL": valkey.url(1),
        "CELERY_RESULT_BACKEND": valkey.url(2),
    }


def seeds(credentials: Credentials) -> dict[str, str]:
    """The settings with the accounts that exist after a boot."""
    return {
        "STANDIN_ADMIN_EMAIL": credentials.admin.email,
        "STANDIN_ADMIN_PASSWORD": credentials.admin.password,
        "STANDIN_USER_EMAIL": credentials.user.email,
        "STANDIN_USER_PASSWORD": credentials.user.password,
    }


def chosen_by_caller() -> dict[str, str]:
    """Settings that the caller may override, with their defaults."""
    cheap = {"STANDIN_BCRYPT_ROUNDS": "10"}  # a login costs 50 ms, since load tests sign in many users
    return {**cheap, **environment.passed_on()}
