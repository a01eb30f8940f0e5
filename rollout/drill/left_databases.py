"""Scratch databases that killed drills left: those whose lock nobody holds, whoever else is connected."""

from contextlib import suppress
from dataclasses import dataclass

import psycopg
from pydantic import SecretStr

from rollout.drill.scratch import PREFIX, administering, remove
from rollout.values import numbered

LEFT = """
SELECT quote_ident(datname), datname, pg_get_userbyid(datdba),
       pg_has_role(datdba, 'USAGE') OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
FROM pg_database
WHERE starts_with(datname, %s) AND NOT EXISTS (
  SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
  AND objid = (hashtext(datname)::bigint & 4294967295)::oid
)
ORDER BY datname
"""  # the lock goes with the drill; an application that it started may live on


@dataclass(frozen=True)
class LeftDatabase:
    """A scratch database by *name*, and *quoted* for a statement; its *owner*, and whether our role *may_drop* it."""

    quoted: str
    name: str
    owner: str
    may_drop: bool


def left_databases(dsn: SecretStr) -> list[LeftDatabase]:
    """Those on the server of *dsn*."""
    with administering(dsn) as connection:
        return [LeftDatabase(*row) for row in connection.execute(LEFT, (PREFIX,)).fetchall()]


def remove_left_databases(dsn: SecretStr) -> None:
    """Remove those that the role may drop, with their connections; one that cannot be dropped stays."""
    for left in left_databases(dsn):
        if left.may_drop:
            with suppress(psycopg.Error):
                remove(dsn, left.name)


def told_of_left_databases(dsn: SecretStr) -> str:
    """Those on the server of *dsn* in words, with the statement and the role that remove each; empty without one."""
    every = left_databases(dsn)
    if not every:
        return ""
    are = numbered(len(every), "scratch database of a killed drill is", "scratch databases of killed drills are")
    statements = "; ".join(f"DROP DATABASE {left.quoted} WITH (FORCE), as {left.owner}" for left in every)
    return f"{are} left on the server of drill_dsn, to be removed by {statements}"
