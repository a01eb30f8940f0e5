"""What a restore drill needs, checked before it creates anything."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell
from rollout.drill.programs import program, version
from rollout.drill.room import refuse_without_room, room_seen
from rollout.drill.scratch import PREFIX, Locale, administering, connected
from rollout.values import some

LIVE = """
SELECT current_database(), pg_database_size(oid), current_setting('server_version_num')::int / 10000,
       pg_encoding_to_char(encoding), datcollate, datctype, coalesce(found ->> 'datlocprovider', ''),
       coalesce(found ->> 'datlocale', found ->> 'daticulocale'), found ->> 'daticurules'
FROM pg_database, LATERAL to_jsonb(pg_database) AS found WHERE datname = current_database()
"""  # not every version has every column
LACKS = """
SELECT 'SCHEMA public' WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public')
UNION ALL SELECT 'EXTENSION plpgsql' WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'plpgsql')
"""  # template0 brings them
RIGHTS = """
SELECT rolcreatedb OR rolsuper, rolsuper, current_setting('server_version_num')::int / 10000
FROM pg_roles WHERE rolname = current_user
"""
ROLES = "SELECT rolname FROM pg_roles"
SETS_UNKNOWN_SINCE = 17  # from here on pg_restore sets transaction_timeout, which no server before knows


@dataclass(frozen=True)
class Ready:
    """
    The result of the preflight: the programs, the settings of the live database, and whether roles are restored.

    *bytes* is the size of the live database; *with_roles* is whether owners and grants are restored: the role is a
    superuser, and no role is *unknown* there. *room_seen* is whether the disk of the scratch server was checked. *lacks* is
    what the live database does not have of `template0`.
    """

    dump: str
    restore: str
    locale: Locale
    bytes: int
    with_roles: bool
    room_seen: bool
    unknown: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


def preflight(live: SecretStr, scratch: SecretStr, programs: Path | None, room: Path | None) -> Ready:
    """
    The checked facts; CannotTell, with the way out, for an obstacle to a dump into *room* or to its restore.

    Without *room* no dump is made.
    """
    refuse_unreadable(live, "postgres_dsn")
    refuse_unreadable(scratch, "drill_dsn")
    dump, restore = program("pg_dump", programs), program("pg_restore", programs)
    with connected(live) as connection:
        ((name, size, major, *looks),) = connection.execute(LIVE).fetchall()
        roles = {role for (role,) in connection.execute(ROLES)}
        lacks = tuple(thing for (thing,) in connection.execute(LACKS))
    if name.startswith(PREFIX):
        raise CannotTell(f"postgres_dsn leads to {name}, a scratch database of a drill; name the live one")
    with administering(scratch) as connection:
        ((may_create, is_super, there),) = connection.execute(RIGHTS).fetchall()
        known = {role for (role,) in connection.execute(ROLES)}
        seen = room_seen(connection, size)
    if not may_create:
        raise CannotTell("the role of drill_dsn may not create databases: ALTER ROLE … CREATEDB, or name another role")
    if there != major:
        raise CannotTell(
            f"the server of drill_dsn is PostgreSQL {there} and the live one {major}:"
            " definitions are compared within one major version; name a server of that version"
        )
    refuse_older(dump, major)
    refuse_older(restore, major)
    refuse_newer(restore, major)
    if room is not None:
        refuse_without_room(room, size)
    unknown = tuple(sorted(roles - known))
    return Ready(dump, restore, Locale(*looks), size, bool(is_super) and not unknown, seen, unknown, lacks)


def remarks(ready: Ready) -> str:
    """What was not compared or checked, in words."""
    lacks = f"the server of drill_dsn does not know {some(ready.unknown)}" if ready.unknown else ""
    why = lacks or "the role of drill_dsn is no superuser"
    role = "" if ready.with_roles else f"; owners and grants were not compared: {why}"
    return role if ready.room_seen else f"{role}; nobody looked for room on the server of drill_dsn"


def refuse_unreadable(dsn: SecretStr, setting: str) -> None:
    """CannotTell for a DSN that PostgreSQL's client cannot parse; the message does not repeat the DSN."""
    try:
        conninfo_to_dict(dsn.get_secret_value())
    except psycopg.ProgrammingError:
        raise CannotTell(f"{setting} is no DSN that PostgreSQL's client can read") from None


def refuse_older(path: str, server: int) -> None:
    """CannotTell where a program is older than the server: it can neither make nor read its dumps."""
    own = version(path)
    if own < server:
        raise CannotTell(
            f"{Path(path).name} is version {own} and the server {server}: an older program refuses it;"
            f" install PostgreSQL {server}'s client programs, or set `postgres_programs`"
        )


def refuse_newer(restore: str, server: int) -> None:
    """CannotTell where a pg_restore begins with a setting that the server does not know, and so ends at once."""
    own = version(restore)
    if server < SETS_UNKNOWN_SINCE <= own:
        raise CannotTell(
            f"{Path(restore).name} is version {own} and the server {server}: it sets transaction_timeout, which no server"
            f" before {SETS_UNKNOWN_SINCE} knows; install PostgreSQL {server}'s client programs, or set `postgres_programs`"
        )
