"""A server that gives no answer any more keeps no drill waiting."""

import os
import signal

import psycopg
import pytest
from pydantic import SecretStr

from rollout.drill.bounded_connection import connection_to
from tests.standin.test_boot import State

pytestmark = pytest.mark.stack
FROZEN = r"^no answer within 0\.3 s: the server froze"


def test_a_server_that_froze_ends_the_exchange(running: State) -> None:
    """
    The connection is closed and the cause is an error of the database, which a drill tells as one that it could not look at.
    """
    connection = connection_to(SecretStr(running["postgres_admin_dsn"]), 0.3, autocommit=True)
    pid = connection.info.backend_pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(psycopg.OperationalError, match=FROZEN), connection:
            connection.execute("SELECT 1")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert connection.closed


def test_an_answer_in_time_is_one(running: State) -> None:
    """
    The limit is that of each exchange and not of all.
    """
    with connection_to(SecretStr(running["postgres_admin_dsn"]), 0.3, autocommit=True) as connection:
        for _ in range(4):
            assert connection.execute("SELECT pg_sleep(0.1)").rowcount == 1
