"""The backend and the worker: what they are started with, and when they are ready."""

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
    """The arguments that serve the application on a socket handed over."""
    return ["-m", "standin.serve", FACTORY, str(fd)]


def on_copy(directory: str) -> list[str]:
    """The command that serves a copy of the database of the stand-in in *directory*."""
    return [sys.executable, "-m", "standin", "application", "--dir", directory]


def dependencies(postgres: PostgresCluster, valkey: Valkey) -> dict[str, str]:
    """Where the application's settings say its databases are."""
    return {
        "DATABASE_URL": postgres.dsn(OWNER),
        "REDIS_URL": valkey.url(0),
        "CELERY_BROKER_URL": valkey.url(1),
        "CELERY_RESULT_BACKEND": valkey.url(2),
    }


def seeds(credentials: Credentials) -> dict[str, str]:
    """Who can log in after a boot."""
    return {
        "STANDIN_ADMIN_EMAIL": credentials.admin.email,
        "STANDIN_ADMIN_PASSWORD": credentials.admin.password,
        "STANDIN_USER_EMAIL": credentials.user.email,
        "STANDIN_USER_PASSWORD": credentials.user.password,
    }


def chosen_by_caller() -> dict[str, str]:
    """What our caller may decide, over what we would."""
    cheap = {"STANDIN_BCRYPT_ROUNDS": "10"}  # a login costs 50 ms: load tests log many people in
    return {**cheap, **environment.passed_on()}
