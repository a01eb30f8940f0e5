"""The commands that point the application to a restored database: they are printed, and people carry them out."""

import shlex
from collections.abc import Callable, Iterator

from psycopg import sql

from rollout.rollback.server_facts import ServerFacts

MAINTENANCE = "postgres"  # a database that is neither the live nor the new one
BEFORE = "_before"
MOST_BYTES = 63  # of a name in PostgreSQL
Command = Callable[..., tuple[str, ...]]


def switch(
    facts: ServerFacts, name: str, kubectl: Command, deployment: str, variable: str | None, with_roles: bool
) -> Iterator[str]:
    """
    The lines that tell how to switch from the live database to that called *name*, and back; none holds a secret.

    *kubectl* gives the whole command from its words, *variable* holds the address of the database in the *deployment*.
    Without *with_roles* owners and grants were not restored, by a role that may not rename the live database either.
    """
    yield f"the switch from {facts.live} to {name} is not carried out; end what writes to {facts.live} first"
    if facts.role != facts.owner:
        yield f"first: {psql(facts, MAINTENANCE, f'ALTER DATABASE {quoted(name)} OWNER TO {quoted(facts.owner)}')}"
    if not with_roles:
        owned = f"REASSIGN OWNED BY {quoted(facts.role)} TO {quoted(facts.owner)}"
        yield f"owners and grants were not restored: {psql(facts, name, owned)}; then GRANT what each role had"
    yield f"what no dump holds of {facts.live} is set by hand: its own grants (\\l) and settings (\\drds)"
    if facts.is_same:
        old = before(facts.live)
        role = facts.role if with_roles else facts.owner
        yield f"by name: {psql(facts, MAINTENANCE, renamed(facts.live, old), renamed(name, facts.live), role=role)}"
        yield f"and back: {psql(facts, MAINTENANCE, renamed(facts.live, name), renamed(old, facts.live), role=role)}"
    else:
        yield f"by name it cannot be done: {name} is on another server than {facts.live}"
    if variable:
        where = "".join((facts.host if "/" not in facts.host else "HOST", f":{facts.port}" if facts.port else ""))
        address = f"{variable}=postgresql://<ROLE>:<PASSWORD>@{where or 'HOST'}/{name}"
        words = kubectl("set", "env", f"deployment/{deployment}", address)
        yield f"by address, with the role and the password of the application: {shlex.join(words)}"
    else:
        yield "by address: kubectl set env, with the variable of the deployment that holds the address of its database"


def before(live: str) -> str:
    """The name of the live database after the switch, short enough for PostgreSQL."""
    kept = live.encode()[: MOST_BYTES - len(BEFORE)].decode(errors="ignore")
    return f"{kept}{BEFORE}"


def renamed(old: str, new: str) -> str:
    """The statement that renames a database."""
    return f"ALTER DATABASE {quoted(old)} RENAME TO {quoted(new)}"


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return sql.Identifier(name).as_string(None)


def psql(facts: ServerFacts, database: str, *statements: str, role: str = "") -> str:
    """
    The command that carries *statements* out in one transaction, in a *database* of the server of the new one.

    The *role* is that which restored where none is given.
    """
    place = (("host", facts.host), ("port", facts.port), ("username", role or facts.role))
    where = [f"--{key}={value}" for key, value in place if value]
    words = ["psql", *where, f"--dbname={database}", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    return shlex.join([*words, *(f"--command={statement}" for statement in statements)])
