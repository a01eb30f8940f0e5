"""A restore goes on from the state that the comment on the new database tells; only what is half restored is dropped."""

import contextlib
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from pydantic import SecretStr

from rollout.drill.catalogued import Catalogued
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.preflight import Ready
from rollout.drill.scratch import Locale
from rollout.rollback import restore_into
from rollout.rollback.new_database import DatabaseState, NewDatabase
from rollout.rollback.restore_into import RestoreInto
from rollout.rollback.server_facts import ServerFacts
from rollout.target import Target
from rollout.target.backups import Backup
from rollout.target.settings import Backups

ENTRY = Backup.model_validate({"file": "a.dump", "bytes": 5, "sha256": "0" * 64, "finished_at": "2026-11-30T02:00:00Z"})
READY = Ready("pg_dump", "pg_restore", Locale("UTF8", "C", "C"), 5, with_roles=True, room_seen=True)


class Server:
    """A server whose new database is in a *state*; *done* is what was asked of it."""

    def __init__(self, state: DatabaseState) -> None:
        self.state = state
        self.done: list[str] = []
        self.wrong: Exception | KeyboardInterrupt | None = None

    def make(self, *_: object) -> None:
        self.done.append("made")
        self.state = DatabaseState.RESTORING

    def drop(self, *_: object) -> None:
        assert self.state is DatabaseState.RESTORING
        self.done.append("dropped")
        self.state = DatabaseState.ABSENT

    def restored(self, *_: object) -> None:
        self.done.append("restored")
        if self.wrong:
            raise self.wrong

    def checked(self, *_: object) -> str:
        self.done.append("checked")
        return "is whole"

    def mark(self, dsn: SecretStr, name: str, comment: str) -> None:
        self.state = DatabaseState.RESTORED if ": restored, " in comment else DatabaseState.CHECKED


def restore_on(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str = "new") -> RestoreInto:
    """A restore on a server."""
    monkeypatch.setattr(restore_into, "state_in", lambda *_: server.state)
    monkeypatch.setattr(restore_into, "make", server.make)
    monkeypatch.setattr(restore_into, "drop_half_restored", server.drop)
    monkeypatch.setattr(restore_into, "restored", server.restored)
    monkeypatch.setattr(restore_into, "mark", server.mark)
    monkeypatch.setattr(restore_into, "whole", lambda *_: Catalogued(tmp_path / "a.dump", 1))
    monkeypatch.setattr(restore_into, "kept_open", lambda *_: contextlib.nullcontext(SimpleNamespace()))
    monkeypatch.setattr(RestoreInto, "checked", server.checked)
    target = Target(
        name="west",
        environment="staging",
        base_url="http://127.0.0.1:1",
        postgres_dsn=SecretStr("dbname=shop"),
        drill_dsn=SecretStr("dbname=postgres"),
        backups=Backups(catalogue=tmp_path / "catalogue.json"),
    )
    facts = ServerFacts("shop", "app", "app", "db", "5432", is_same=True)
    return RestoreInto(target, NewDatabase(name), ENTRY, facts, READY, ("pg_restore",))


@pytest.mark.parametrize(
    ("state", "done"),
    [
        (DatabaseState.ABSENT, ["made", "restored", "checked"]),
        (DatabaseState.RESTORING, ["dropped", "made", "restored", "checked"]),
        (DatabaseState.RESTORED, ["checked"]),
        (DatabaseState.CHECKED, []),
    ],
)
def test_what_is_there_is_not_done_again(
    state: DatabaseState, done: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What is half restored is no beginning.
    """
    server = Server(state)
    restore_on(server, tmp_path, monkeypatch).carry_out(60)
    assert (server.done, server.state) == (done, DatabaseState.CHECKED)


@pytest.mark.parametrize(
    ("state", "name", "told"),
    [
        (
            DatabaseState.FOREIGN,
            "new",
            "database 'new' is there already on db:5432: name a new one; database new is there",
        ),
        (DatabaseState.ABSENT, "shop", "'shop' is the live database"),
        (DatabaseState.RESTORING, "shop", "'shop' is the live database"),
    ],
)
def test_a_name_that_was_taken_meanwhile_stops_the_step(
    state: DatabaseState, name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Between the look before everything and the step, minutes may pass.
    """
    server = Server(state)
    with pytest.raises(CannotTell, match=told):
        restore_on(server, tmp_path, monkeypatch, name).carry_out(60)
    assert server.done == []


@pytest.mark.parametrize("wrong", [Failed("the archive ends"), CannotTell("no room"), KeyboardInterrupt()])
def test_what_is_half_restored_is_dropped_however_it_ends(
    wrong: Exception | KeyboardInterrupt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The state after it is told; a bad backup stays one.
    """
    server = Server(DatabaseState.ABSENT)
    server.wrong = wrong
    with pytest.raises(type(wrong)) as raised:
        restore_on(server, tmp_path, monkeypatch).carry_out(60)
    assert (server.done, server.state) == (["made", "restored", "dropped"], DatabaseState.ABSENT)
    if not isinstance(wrong, KeyboardInterrupt):
        assert str(raised.value) == f"{wrong}; database new is not there; nothing was written to shop"


def test_a_server_that_went_away_leaves_a_state_that_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An error of PostgreSQL accuses no backup.
    """

    def gone(*_: object) -> DatabaseState:
        raise psycopg.OperationalError("connection refused")

    restore = restore_on(Server(DatabaseState.ABSENT), tmp_path, monkeypatch)
    monkeypatch.setattr(restore_into, "state_in", gone)
    with pytest.raises(CannotTell, match="nobody knows the state of database new: its server does not answer"):
        restore.carry_out(60)
