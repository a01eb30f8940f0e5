"""Import a service's libraries before its settings are known, while the databases are still starting."""

import importlib
import json
import os
import sys

BACKEND: tuple[str, ...] = (
    "bcrypt",
    "celery.app.base",
    "fastapi",
    "jwt",
    "kombu.transport.redis",
    "prometheus_client",
    "psycopg_pool",
    "pydantic_settings",
    "redis.asyncio",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)
WORKER = ("celery.bin.celery", "celery.concurrency.thread", "kombu.transport.redis", "psycopg", "pydantic_settings")


def wait_for_settings(libraries: tuple[str, ...]) -> None:
    """Import *libraries*, then read the missing part of the environment as JSON from stdin, written by the launcher."""
    for name in libraries:
        importlib.import_module(name)
    os.environ.update(json.load(sys.stdin))
