"""Direct clients of the services behind the API: PostgreSQL, Redis, and the Celery workers on their broker."""

import warnings
from collections.abc import Iterable, Iterator
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
from rollout.target.obstacle import Obstacle
from rollout.target.queue_lists import lists_of

TIMEOUT_S = 3
ANSWER_S = 15.0  # s; a frozen PostgreSQL does not end a statement itself
ASKED_IN_VAIN = (UndefinedTable, UndefinedColumn, InsufficientPrivilege)
VAIN_WAY_OUT = "let the role of the DSN read the tables of the release"
READ_ONLY = "-c default_transaction_read_only=on -c statement_timeout=10000"


class Sql:
    """Reads PostgreSQL by the DSN of a role that needs no write permission; each query has its own connection."""

    def __init__(self, dsn: SecretStr) -> None:
        self._dsn = dsn.get_secret_value()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """
        The rows of *query*; AssertionError if PostgreSQL does not answer.

        Obstacle if it answers that there is no such table or column, or that the role may not read it.
        """
        try:
            with (
                psycopg.connect(
                    self._dsn, autocommit=True, connect_timeout=TIMEOUT_S, options=READ_ONLY, row_factory=dict_row
                ) as connection,
                cut_after(ANSWER_S, connection.fileno()),
            ):
                return connection.execute(query, values).fetchall()
        except ASKED_IN_VAIN as error:
            raise Obstacle(f"PostgreSQL has nothing to read there: {one_line(str(error))}", VAIN_WAY_OUT) from None
        except psycopg.Error as error:
            raise AssertionError(f"PostgreSQL: got {type(error).__name__}: {one_line(str(error))}, want rows") from None

    def value(self, query: str, *values: Any) -> Any:
        """The value of a *query* with one row and one column."""
        (row,) = self.rows(query, *values)
        (value,) = row.values()
        return value


@contextmanager
def redis_at(url: SecretStr, name: str) -> Iterator["redis.Redis"]:
    """A connection to a Redis; AssertionError with *name* if it does not answer."""
    client = redis.Redis.from_url(
        url.get_secret_value(),
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
    try:
        yield client
    except redis.RedisError as error:
        raise AssertionError(f"{name}: got {type(error).__name__}: {one_line(str(error))}, want an answer") from None
    finally:
        client.close()


def workers(broker_url: SecretStr, within: float) -> list[str]:
    """Names of the Celery workers that answer a ping; always waits *within* seconds, to get all answers."""
    return sorted(said_by_workers(broker_url, "ping", within))


def oldest_waiting(broker_url: SecretStr, queues: Iterable[str]) -> dict[str, str]:
    """List of the broker → its oldest message, for each list of *queues* that is not empty."""
    with redis_at(broker_url, "broker") as broker:
        waiting = {name: broker.lindex(name, -1) for name in lists_of(queues)}
    return {name: str(message) for name, message in waiting.items() if message is not None}


def said_by_workers(broker_url: SecretStr, question: str, within: float) -> dict[str, Any]:
    """Worker → its answer to a command of Celery's remote control, such as `ping`, `active` or `active_queues`."""
    from celery import Celery
    from kombu.exceptions import OperationalError

    app = Celery(broker=broker_url.get_secret_value(), set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S}
    try:
        with app.connection_for_write(connect_timeout=TIMEOUT_S) as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # an answer to the ping of another client
            answers = app.control.broadcast(question, reply=True, timeout=within, connection=connection)
    except (OperationalError, redis.RedisError, OSError) as error:
        raise AssertionError(
            f"broker: got {type(error).__name__}: {one_line(str(error))}, want answers of workers"
        ) from None
    finally:
        app.close()
    return {name: said for answer in answers or () for name, said in answer.items()}
