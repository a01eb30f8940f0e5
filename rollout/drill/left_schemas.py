"""Canary schemas that killed drills left in a live database, with the statement and the role that can remove each; the probe of what they left."""

import psycopg
from pydantic import SecretStr

from rollout.drill.canary_rows import SCHEMA
from rollout.drill.left_databases import told_of_left_databases
from rollout.drill.scratch import connected
from rollout.target import Target
from rollout.target.message import one_line
from rollout.target.obstacle import needed
from rollout.target.probe import Probe
from rollout.values import numbered

LEFT = """
SELECT quote_ident(nspname), pg_get_userbyid(nspowner) FROM pg_namespace
WHERE starts_with(nspname, %s) AND NOT EXISTS (
  SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND objid = (hashtext(nspname)::bigint & 4294967295)::oid
)
ORDER BY nspname
"""  # a running drill holds the lock of its schema


def left_schemas(connection: psycopg.Connection) -> list[str]:
    """For each schema the statement that removes it, with the role that may."""
    every = connection.execute(LEFT, (SCHEMA,)).fetchall()
    return [f"DROP SCHEMA {schema} CASCADE, as {owner}" for schema, owner in every]


def told_of_left(live: SecretStr) -> str:
    """What killed drills left in the *live* database, in words; empty where they left nothing."""
    with connected(live) as connection:
        left = left_schemas(connection)
    if not left:
        return ""
    schemas = numbered(len(left), "schema of a killed drill is", "schemas of killed drills are")
    return f"{schemas} left in the live database, to be removed by {'; '.join(left)}"


def nothing_left(target: Target) -> str:
    """Probe that killed drills left neither schemas nor scratch databases; AssertionError with what they left."""
    scratch = target.drill_dsn
    try:
        every = [told_of_left(needed(target, "postgres_dsn")), told_of_left_databases(scratch) if scratch else ""]
    except psycopg.Error as error:
        raise AssertionError(f"PostgreSQL: got {type(error).__name__}: {one_line(str(error))}, want rows") from None
    told = "; ".join(filter(None, every))
    assert not told, told
    beside = " and none of its scratch databases" if scratch else ""
    return f"nothing of a killed drill in the live database{beside}"


LEFT_BY_DRILLS = Probe("left by drills", (), nothing_left, after="PostgreSQL")  # it stops no phase
