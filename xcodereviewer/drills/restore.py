"""The restore drill of XCodeReviewer, with the Alembic revision of its schema."""

from functools import partial

import psycopg

from rollout.drill.exercise import Exercise
from rollout.drill.restore import restore_drill
from xcodereviewer.drills.application_use import use

VITAL = ("public.users",)
TABLE = "SELECT to_regclass('public.alembic_version') IS NOT NULL"
REVISIONS = "SELECT version_num FROM public.alembic_version ORDER BY version_num"


def revision(connection: psycopg.Connection) -> str | None:
    """The revision of the schema; None if the database does not contain it."""
    if connection.execute(TABLE).fetchone() != (True,):
        return None
    return ", ".join(str(number) for (number,) in connection.execute(REVISIONS)) or None


RESTORE = Exercise(
    criterion="restore-drilled",
    sentence="restores a dump of the live database, and the newest backup, beside it, compares them, and uses the application on the copy",
    carry_out=partial(restore_drill, revision=revision, use=use, vital=VITAL),  # type: ignore[arg-type]  # targets of this suite
    needs=("postgres_dsn", "drill_dsn"),
    revision=revision,
    vital=VITAL,
)
