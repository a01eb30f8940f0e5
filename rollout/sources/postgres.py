"""How many of PostgreSQL's connections for ordinary roles are in use, by its own statistics."""

from contextlib import suppress
from typing import TYPE_CHECKING

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric, MetricKind
from rollout.sources.source import SourceError, given

if TYPE_CHECKING:
    import psycopg

    from rollout.target import Target

NAME = "postgresql.connections_percent"
CONNECT_S, STATEMENT_MS, NETWORK_MS = 3, 3000, 5000
ANSWER_S = 5.0  # seconds to wait for a frozen server, which ends no statement itself
OPTIONS = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_MS}"
USED = "backend_type = 'client backend' OR (backend_type IS NULL AND datid IS NOT NULL)"  # NULL: it may not be told
CONNECTIONS = f"""
SELECT (SELECT count(*) FROM pg_stat_activity WHERE {USED}),
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
"""


class Postgres:
    """Connections in use by clients, in percent of those that a role without special rights may open."""

    name = "sql"
    metrics = (Metric(NAME, "PostgreSQL connections", "%", MetricKind.GAUGE, "sql"),)
    needs = ("postgres_dsn",)

    def __init__(self, target: "Target") -> None:
        self._dsn = given(target.postgres_dsn).get_secret_value()
        self._connection: psycopg.Connection | None = None

    def sample(self) -> dict[str, Sample]:
        """
        The share, with both of its parts; the source's own connection is one of them and is kept.

        So a server without a free connection still answers. SourceError if the server cannot be reached or refuses.
        """
        import psycopg

        from rollout.target.deadline import cut_after
        from rollout.target.message import one_line

        try:
            if self._connection is None:
                self._connection = self._connected()
            with cut_after(ANSWER_S, self._connection.fileno()):
                row = self._connection.execute(CONNECTIONS).fetchone()
        except psycopg.Error as error:
            self.close()
            raise SourceError(f"PostgreSQL: {type(error).__name__}: {one_line(str(error))}") from None
        used, most = (int(number) for number in row or (0, 0))
        if most <= 0:
            raise SourceError(f"PostgreSQL says that it has {most} connections for everybody")
        return {NAME: Sample(value=used * 100 / most, text=f"{used} of {most}", used=used, capacity=most)}

    def close(self) -> None:
        """Close the connection; the next sample opens another one."""
        import psycopg

        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _connected(self) -> "psycopg.Connection":
        """A read-only connection with time limits on connecting, statements and network."""
        import psycopg

        return psycopg.connect(
            self._dsn, autocommit=True, connect_timeout=CONNECT_S, options=OPTIONS, tcp_user_timeout=NETWORK_MS
        )
