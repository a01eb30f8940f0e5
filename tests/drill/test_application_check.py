"""The application on the restored copy: it starts and works there, or the drill fails; the live one is left alone."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from rollout.drill.application_check import ApplicationCheck
from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed, Passed
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import Scratch
from rollout.plan import load_plan
from tests.drill.live_database import content, scratch_databases
from tests.standin.test_boot import State
from xcodereviewer.drills.restore import RESTORE
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget


@pytest.fixture
def target(running: State) -> XcrTarget:
    """It, without the backups that it takes by itself."""
    found = SUITE.target_of(running).model_copy(update={"backups": None})
    assert isinstance(found, XcrTarget)
    return found


def drilled(target: XcrTarget) -> tuple[Passed, Course]:
    """How a drill ends, and its course."""
    course = Course()
    return RESTORE.carry_out(target, load_plan(), course), course


@pytest.mark.stack
def test_the_stand_in_is_used_on_the_copy_and_the_live_database_stays_as_it_is(target: XcrTarget) -> None:
    """
    Somebody signs in there, reads, and creates a project; nothing of that reaches the live database.
    """
    assert target.postgres_dsn
    before = content(target.postgres_dsn)
    passed, course = drilled(target)
    assert " and answered as it should of the account" in passed.reason
    assert "a new project" in passed.reason
    assert passed.counts["application_answers"] == 2
    assert list(course.times)[5:7] == ["start the application", "use the application"]
    assert course.within["start the application"] == 120
    assert content(target.postgres_dsn) == before


def spoiled(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Change the copy once it was compared."""
    used_on = ApplicationCheck.used_on

    def after(self: ApplicationCheck, copy: SecretStr, empty: Callable[[], AbstractContextManager[Scratch]]) -> None:
        with psycopg.connect(copy.get_secret_value()) as connection:
            connection.execute(statement.encode())
        used_on(self, copy, empty)

    monkeypatch.setattr(ApplicationCheck, "used_on", after)


@pytest.mark.stack
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE alembic_version SET version_num = '9999'",
            r"^the application does not start on the copy: exit 1: .*Can't locate revision identified by '9999'",
        ),
        (
            "ALTER TABLE users RENAME TO people",
            r"^the application does not start on the copy: exit 1: .*relation \"users\" does not exist|"
            r"^the application cannot be used on the copy: sign-in of the target's user: ",
        ),
        (
            "ALTER TABLE projects ADD CHECK (name = '') NOT VALID",
            r"^the application cannot be used on the copy: POST \S+/api/v1/projects: got 500, want 201",
        ),
    ],
)
def test_a_copy_that_the_application_cannot_use_fails_the_drill(
    target: XcrTarget, monkeypatch: pytest.MonkeyPatch, statement: str, told: str
) -> None:
    """
    Though the comparison saw nothing.
    """
    spoiled(monkeypatch, statement)
    with pytest.raises(Failed, match=told):
        drilled(target)
    drill = RestoreDrill(target.postgres_dsn or SecretStr(""), target.drill_dsn or SecretStr(""))
    assert scratch_databases(drill) == []


@pytest.mark.stack
def test_an_application_that_is_not_ready_itself_accuses_no_copy(target: XcrTarget) -> None:
    """
    It lacks something that no copy has.
    """
    passed, _ = drilled(target.model_copy(update={"ready_text": "never said"}))
    assert "; the application was not started on the copy: the live one cannot be asked: /ready: got " in passed.reason


@pytest.mark.stack
def test_without_a_command_it_is_said_that_no_application_was_started(target: XcrTarget) -> None:
    """
    With the setting that names one.
    """
    passed, _ = drilled(target.model_copy(update={"drill_application": ()}))
    assert "; the application was not started on the copy: no command in `drill_application` in " in passed.reason


@pytest.mark.stack
def test_a_command_that_does_nothing_is_told(target: XcrTarget, tmp_path: Path) -> None:
    """
    One that leaves something running behind it is none that can be ended.
    """
    command = (sys.executable, "-c", "")
    with pytest.raises(CannotTell, match=r"^drill_application: exit 0: it said nothing; it has to go on until it is"):
        drilled(target.model_copy(update={"drill_application": command}))


@pytest.mark.stack
def test_an_application_that_starts_nowhere_accuses_no_copy(target: XcrTarget) -> None:
    """
    It may lack a setting or a Redis: an empty database is no better to it.
    """
    command = (sys.executable, "-c", "raise SystemExit('no SECRET_KEY')")
    with pytest.raises(CannotTell) as end:
        drilled(target.model_copy(update={"drill_application": command}))
    assert str(end.value) == (
        "the application does not start on the copy: exit 1: no SECRET_KEY;"
        " nor does it start on an empty database: it lacks something else"
    )
