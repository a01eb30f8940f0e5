"""Imports what a service needs before it knows its settings: at boot the databases are still starting meanwhile."""

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
    """Import *libraries*, then take the environment's missing part from whoever started us, as JSON on stdin."""
    for name in libraries:
        importlib.import_module(name)
    os.environ.update(json.load(sys.stdin))
