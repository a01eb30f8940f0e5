"""
Direct clients of the services behind the API: PostgreSQL, Redis, and the Celery workers on their broker.

Unreached (Obstacle)   a service gives no answer from here
WrongUrl (Obstacle)    the setting with the URL of a service names no host, database or credentials that exist
"""

import re
import socket
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import redis
from psycopg.errors import InsufficientPrivilege, UndefinedColumn, UndefinedTable
from psycopg.rows import dict_row
from pydantic import SecretStr
from redis.backoff import NoBackoff
from redis.retry import Retry

from rollout.target.deadline import cut_after
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle, needed, place
from rollout.target.queue_lists import lists_of
from rollout.target.settings import Target

TIMEOUT_S = 3
ANSWER_S = 15.0  # s; a frozen PostgreSQL does not end a statement itself
ASKED_IN_VAIN = (UndefinedTable, UndefinedColumn, InsufficientPrivilege)
VAIN_WAY_OUT = "let the role of the DSN read the tables of the release"
READ_ONLY = "-c default_transaction_read_only=on -c statement_timeout=10000"
CREDENTIALS_REFUSED = (redis.AuthenticationError, redis.exceptions.NoPermissionError)
WRONG_DSN = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry|is not permitted to log in"
    r'|(role|user|database) "[^"]*" does not exist|permission denied for database'
    r"|failed to resolve host|could not translate host name|invalid port number"
)
NO_ANSWER = ("08", "57")  # classes of SQLSTATE: the connection failed, an operator or a limit ended it
NO_SUCH_DATABASE = "DB index is out of range"
PLACE = "the setting with its URL"
SILENT = "no worker answers: it is at work, far away or dead"
SILENT_WAY_OUT = "start a worker, or let the checks run again when none is at work"


class ServiceUrl(SecretStr):
    """The URL of a service, and the *place* of its setting, for ways out."""

    def __init__(self, url: SecretStr, place: str) -> None:
        super().__init__(url.get_secret_value())
        self.place = place


def service_url(target: Target, setting: str) -> ServiceUrl:
    """The URL in *setting*, with its place; NotConfigured where it is not set."""
    return ServiceUrl(needed(target, setting), place(target, setting))


class Unreached(Obstacle):
    """A service gives no answer from here; only a check of that very service accuses it."""

    def __init__(self, cause: str, url: SecretStr) -> None:
        super().__init__(cause, f"start it, or let this machine reach it: see {place_of(url)}")


class WrongUrl(Obstacle):
    """The URL of a service is a mistake of the settings, which says nothing about the service."""

    def __init__(self, cause: str, url: SecretStr) -> None:
        super().__init__(cause, f"mend {place_of(url)}")


def place_of(url: SecretStr) -> str:
    """The place of the setting with *url*."""
    return url.place if isinstance(url, ServiceUrl) else PLACE


@contextmanager
def expect_up() -> Iterator[None]:
    """AssertionError where the service under verification itself gives no answer."""
    try:
        yield
    except Unreached as error:
        raise AssertionError(str(error)) from None


def answers(ask: Callable[[], object]) -> bool:
    """Whether a service answers *ask* without an error; an obstacle is raised: then nobody knows."""
    try:
        ask()
    except Obstacle:
        raise
    except AssertionError:
        return False
    return True


class Sql:
    """Reads PostgreSQL by the DSN of a role that needs no write permission; each query has its own connection."""

    def __init__(self, dsn: SecretStr) -> None:
        self._dsn = dsn

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """
        The rows of *query*; Unreached if PostgreSQL does not answer, WrongUrl if the DSN is a mistake.

        Obstacle if it answers that there is no such table or column, or that the role may not read it.
        """
        try:
            with (
                psycopg.connect(
                    self._dsn.get_secret_value(),
                    autocommit=True,
                    connect_timeout=TIMEOUT_S,
                    options=READ_ONLY,
                    row_factory=dict_row,
                ) as connection,
                cut_after(ANSWER_S, connection.fileno()),
            ):
                return connection.execute(query, values).fetchall()
        except ASKED_IN_VAIN as error:
            raise Obstacle(f"PostgreSQL has nothing to read there: {one_line(str(error))}", VAIN_WAY_OUT) from None
        except psycopg.OperationalError as error:
            said = told("PostgreSQL", error, "rows")
            if WRONG_DSN.search(str(error)):
                raise WrongUrl(said, self._dsn) from None
            if error.sqlstate and error.sqlstate[:2] not in NO_ANSWER:
                raise AssertionError(said) from None
            raise Unreached(said, self._dsn) from None
        except psycopg.Error as error:
            raise AssertionError(told("PostgreSQL", error, "rows")) from None

    def value(self, query: str, *values: Any) -> Any:
        """The value of a *query* with one row and one column."""
        (row,) = self.rows(query, *values)
        (value,) = row.values()
        return value


@contextmanager
def redis_at(url: SecretStr, name: str) -> Iterator["redis.Redis"]:
    """
    A connection to a Redis; with *name*, Unreached if it does not answer, WrongUrl if the URL is a mistake.

    AssertionError for an error that it answers.
    """
    client = redis.Redis.from_url(
        url.get_secret_value(),
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
    try:
        yield client
    except CREDENTIALS_REFUSED as error:
        raise WrongUrl(told(name, error, "an answer"), url) from None
    except (redis.ConnectionError, redis.TimeoutError) as error:
        if unresolved(error):
            raise WrongUrl(told(name, error, "an answer"), url) from None
        raise Unreached(told(name, error, "an answer"), url) from None
    except redis.RedisError as error:
        said = told(name, error, "an answer")
        raise (WrongUrl(said, url) if NO_SUCH_DATABASE in str(error) else AssertionError(said)) from None
    finally:
        client.close()


def unresolved(error: BaseException | None) -> bool:
    """Whether *error* comes from a host name without an address."""
    while error is not None and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return error is not None


def told(name: str, error: Exception, want: str) -> str:
    """The cause in one line."""
    return f"{name}: got {type(error).__name__}: {one_line(str(error))}, want {want}"


def workers(broker_url: SecretStr, within: float) -> list[str]:
    """Names of the Celery workers that answer a ping; always waits *within* seconds, to get all answers."""
    return sorted(said_by_workers(broker_url, "ping", within))


def oldest_waiting(broker_url: SecretStr, queues: Iterable[str]) -> dict[str, str]:
    """List of the broker → its oldest message, for each list of *queues* that is not empty."""
    with redis_at(broker_url, "broker") as broker:
        waiting = {name: broker.lindex(name, -1) for name in lists_of(queues)}
    return {name: str(message) for name, message in waiting.items() if message is not None}


def heard_from_workers(broker_url: SecretStr, question: str, within: float) -> dict[str, Any]:
    """What `said_by_workers` gives; Obstacle if no worker answers, since a solo pool gives no answer while it is at work."""
    if not (said := said_by_workers(broker_url, question, within)):
        raise Obstacle(SILENT, SILENT_WAY_OUT)
    return said


def said_by_workers(broker_url: SecretStr, question: str, within: float) -> dict[str, Any]:
    """
    Worker → its answer to a command of Celery's remote control, such as `ping`, `active` or `active_queues`.

    Unreached if the broker does not answer, WrongUrl if the URL is a mistake.
    """
    from celery import Celery
    from kombu.exceptions import OperationalError

    with redis_at(broker_url, "broker") as broker:
        broker.ping()  # Celery tells a refused password and a host without an address as it tells a broken connection
    app = Celery(broker=broker_url.get_secret_value(), set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S}
    try:
        with app.connection_for_write(connect_timeout=TIMEOUT_S) as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # an answer to the ping of another client
            answers = app.control.broadcast(question, reply=True, timeout=within, connection=connection)
    except (OperationalError, redis.RedisError, OSError) as error:
        raise Unreached(told("broker", error, "answers of workers"), broker_url) from None
    finally:
        app.close()
    return {name: said for answer in answers or () for name, said in answer.items()}
