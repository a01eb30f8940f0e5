"""Connections of drills to PostgreSQL that never wait without end: a server that froze enforces no limit of its own."""

from typing import Any, TypeVar

import psycopg
from psycopg.rows import TupleRow
from pydantic import SecretStr

T = TypeVar("T")
BYTE_BY_BYTE = "LATIN1"  # every byte is a letter of it: a database without an encoding may hold any
CONNECT_S = 5
STATEMENT_S = 3600
LATER_S = 60.0  # the server ends its statement first, and says why
FROZEN = "no answer within {:g} s: the server froze, or its statement has no limit"


class BoundedConnection(psycopg.Connection[TupleRow]):
    """
    A connection on which each exchange with the server takes *longest_s* seconds at most.

    OperationalError after them; the connection is closed then, since its state is unknown.
    """

    longest_s = STATEMENT_S + LATER_S

    def wait(self, gen: Any, *args: Any, **kwargs: Any) -> Any:
        """The result of one exchange, which *gen* operates."""
        try:
            return super().wait(gen, *args, **{"timeout": self.longest_s, **kwargs})
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError(FROZEN.format(self.longest_s)) from None


def connection_to(dsn: SecretStr, longest_s: float = BoundedConnection.longest_s, **options: Any) -> BoundedConnection:
    """
    A new connection to *dsn*, made within CONNECT_S seconds, whose exchanges take *longest_s* seconds at most.

    Every name can be read, whatever the encoding of the database.
    """
    connection = BoundedConnection.connect(
        dsn.get_secret_value(), connect_timeout=CONNECT_S, client_encoding="UTF8", **options
    )
    connection.longest_s = longest_s
    if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
        connection.execute(f"SET client_encoding TO {BYTE_BY_BYTE}".encode())
        if not connection.autocommit:
            connection.commit()
    return connection


def answer_to(connection: psycopg.Connection, asked: str) -> list[Any]:
    """The rows of a question with names in it, sent in the encoding of the connection."""
    return connection.execute(asked.encode(connection.info.encoding)).fetchall()
