"""What the servers of the live and of the new database tell before anything is made: both are only read."""

from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from rollout.drill.preflight import refuse_unreadable
from rollout.drill.scratch import administering, connected

LIVE = """
SELECT current_database(), pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()
"""
SERVER = "SELECT system_identifier::text, pg_postmaster_start_time()::text FROM pg_control_system()"


@dataclass(frozen=True)
class ServerFacts:
    """
    The name of the *live* database and its *owner*; *role*, *host* and *port* of the address for the new one.

    *is_same* is whether both are on one server. *host* and *port* are empty where the address names none.
    """

    live: str
    owner: str
    role: str
    host: str
    port: str
    is_same: bool

    @property
    def place(self) -> str:
        """The address of the server in words, without the role."""
        return ":".join(filter(None, (self.host, self.port))) or "the server of drill_dsn"


def server_facts(live: SecretStr, scratch: SecretStr) -> ServerFacts:
    """The facts of the server of the *live* database and of the server of *scratch*, where the new one is made."""
    refuse_unreadable(live, "postgres_dsn")
    refuse_unreadable(scratch, "drill_dsn")
    with connected(live) as connection:
        ((name, owner),) = connection.execute(LIVE).fetchall()
        original = server(connection)
    with administering(scratch) as connection:
        ((role,),) = connection.execute("SELECT current_user").fetchall()
        other = server(connection)
    told = conninfo_to_dict(scratch.get_secret_value())
    host, port = (str(told.get(key) or "") for key in ("host", "port"))
    return ServerFacts(name, owner, role, host, port, original == other)


def server(connection: psycopg.Connection) -> tuple[str, ...]:
    """What tells one running server from all others, a copy of it included."""
    (found,) = connection.execute(SERVER).fetchall()
    return tuple(found)
