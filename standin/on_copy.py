"""`standin application`: a second backend in the foreground, on a copy of a running stand-in's database."""

import os
import secrets
from urllib.parse import urlsplit, urlunsplit

import redis

from standin import application, environment, migrate, serve
from standin.ports import listen
from standin.state_file import State

OF_ITS_OWN = {"REDIS_URL": 3, "CELERY_BROKER_URL": 4, "CELERY_RESULT_BACKEND": 5}  # databases of the same Redis


def serve_on_copy(state: State) -> None:
    """
    Bring the database of DATABASE_URL to the newest revision, as a deployment does, and serve it at PORT of 127.0.0.1.

    It does not share worker, cache and queue with the running backend.
    """
    database, port = environment.copy_to_serve()
    os.environ.update(settings_on_copy(state, database))
    for name in OF_ITS_OWN:
        with redis.Redis.from_url(os.environ[name]) as server:
            server.flushdb()  # removes cached data of another copy
    migrate.main()
    with listen(port) as sock:
        serve.serve(application.FACTORY, sock)


def settings_on_copy(state: State, database: str) -> dict[str, str]:
    """The settings of the running backend, with other databases and another key."""
    return {
        **application.chosen_by_caller(),
        **{name: in_redis(state.redis_url, number) for name, number in OF_ITS_OWN.items()},
        "DATABASE_URL": database,
        "SECRET_KEY": secrets.token_urlsafe(32),
        "STANDIN_FAULTS_FILE": state.faults_file,
        "STANDIN_BOOT_ID": state.boot_id,
        "STANDIN_PROFILE": state.profile,
        "STANDIN_VERSION": state.version,
    }


def in_redis(url: str, number: int) -> str:
    """The address of another database of the same Redis."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
