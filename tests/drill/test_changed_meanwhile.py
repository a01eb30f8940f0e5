"""A live database whose schema is changed during a drill: no migration waits for it, and no copy is accused of the change."""

from collections.abc import Callable

import psycopg
import pytest

from rollout.drill import restore
from rollout.drill.outcome import CannotTell
from rollout.drill.restore import RestoreDrill
from tests.drill.live_database import changed, scratch_databases
from tests.drill.test_restore import spoiled

pytestmark = pytest.mark.stack
AT_ONCE = "SET lock_timeout = '2s'"
WRITTEN_ANEW = "ALTER TABLE author ALTER name TYPE varchar(99)"
Around = Callable[..., object]


def around(
    monkeypatch: pytest.MonkeyPatch, name: str, before: Around | None = None, after: Around | None = None
) -> None:
    """Do something before or after a step of the drill, the function *name* of its module."""
    step = getattr(restore, name)

    def done(*args: object, **more: object) -> object:
        if before:
            before()
        ended = step(*args, **more)
        if after:
            after()
        return ended

    monkeypatch.setattr(restore, name, done)


def test_no_migration_waits_for_a_restore(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The snapshot is kept, and no lock on a table: what waits for one would block everybody behind it.
    """
    around(
        monkeypatch, "restored", lambda: changed(drill.live, AT_ONCE, "ALTER TABLE book ADD more int", "TRUNCATE bare")
    )
    assert drill.carry_out(None).counts["rows"] == 553


@pytest.mark.parametrize(
    ("when", "statement"),
    [("before", WRITTEN_ANEW), ("after", "TRUNCATE bare")],
    ids=["a table written anew, whose rows no snapshot has", "a TRUNCATE"],
)
def test_a_change_while_the_dump_is_taken_accuses_no_copy(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch, when: str, statement: str
) -> None:
    """
    Nobody can tell then, and the drill says what to do.
    """
    around(monkeypatch, "run", **{when: lambda: changed(drill.live, AT_ONCE, statement)})
    with pytest.raises(
        CannotTell, match=r"^the schema of the live database changed while it was dumped.*run the drill again"
    ):
        drill.carry_out(None)
    assert scratch_databases(drill) == []


def test_a_change_after_the_dump_excuses_no_copy(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Its rows were counted before; only their names may be gone with the table.
    """
    around(monkeypatch, "restored", lambda: changed(drill.live, AT_ONCE, "TRUNCATE bare, book"))
    assert spoiled(drill, monkeypatch, "DELETE FROM book WHERE id = 7") == (
        "table public.book has 499 rows instead of 500"
    )


def test_a_table_that_is_locked_while_it_is_dumped_accuses_no_copy(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The drill waits for it for as long as it says, and then cannot tell.
    """
    monkeypatch.setattr(restore, "LOCK_WAIT", "1s")
    with psycopg.connect(drill.live.get_secret_value()) as other:
        other.execute("LOCK TABLE book")
        with pytest.raises(CannotTell, match=r"^no dump could be taken"):
            drill.carry_out(None)


def test_no_change_excuses_no_copy(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Rows that are written, analysed or vacuumed meanwhile, a table of one session, a number of a sequence: each is no change of the schema.
    """

    def busy() -> None:
        with psycopg.connect(drill.live.get_secret_value(), autocommit=True) as session:
            for statement in (
                "INSERT INTO bare VALUES ('new')",
                "CREATE TEMPORARY TABLE passing (id int)",
                "SELECT nextval('book_id_seq')",
                "ANALYZE",
                "VACUUM",
            ):
                session.execute(statement)

    around(monkeypatch, "run", busy, busy)
    assert "id 7 is missing" in spoiled(drill, monkeypatch, "DELETE FROM book WHERE id = 7")
