"""The revision of a schema: that of the live database, and that to which the application brings a copy."""

from collections.abc import Callable

import psycopg
from pydantic import SecretStr

from rollout.drill.outcome import Failed
from rollout.drill.scratch import connected

Revision = Callable[[psycopg.Connection], str | None]


def no_revision(_: psycopg.Connection) -> str | None:
    """The revision for a suite that cannot read one."""
    return None


def refuse_without_revision(at: str | None, revision: Revision) -> None:
    """Failed for a live database *at* no revision, where *revision* would read one."""
    if at is None and revision is not no_revision:
        raise Failed("the live database tells no schema revision: nobody knows which release a copy of it fits")


def brought(copy: SecretStr, revision: Revision, at: str | None) -> str:
    """A remark on a live database that was *at* an older revision than the application brought its *copy* to; else empty."""
    with connected(copy) as connection:
        now = revision(connection)
    return f", which it brought from revision {at} to {now}: the live database is behind" if now != at else ""
