"""The application on the restored copy: it starts there and says what the live one says, or the drill fails."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from rollout.drill.application_check import ApplicationCheck, UserReads
from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed, Passed
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import Scratch
from rollout.plan import load_plan
from rollout.target.http import client_to
from tests.drill.live_database import scratch_databases
from tests.standin.test_boot import State
from xcodereviewer.api import Api
from xcodereviewer.drills.application_reads import NAME
from xcodereviewer.drills.restore import RESTORE
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget


def check_of(live: dict[str, str], now: dict[str, str]) -> ApplicationCheck:
    """A comparison whose live application said something before the dump, and says something *now*."""
    target: Any = None
    course = Course()
    course.times["start the application"] = 1.9
    return ApplicationCheck(target, UserReads(lambda _: now), course, live)


def test_what_came_or_went_meanwhile_may_be_otherwise_on_the_copy() -> None:
    """
    Only what the live application said before the dump and says still is compared.
    """
    check = check_of({"project 1": "a", "project 2": "b"}, {"project 1": "a", "project 3": "c"})
    check.compare_with({"project 1": "a"})
    assert check.told == (
        "the application was ready on the copy after 1.9 s and says there what the live one says of project 1"
    )


@pytest.mark.parametrize(
    ("said", "told"), [({}, "project 1 is missing"), ({"project 1": "b"}, "project 1 is another one")]
)
def test_what_it_says_otherwise_is_named_and_not_repeated(said: dict[str, str], told: str) -> None:
    """
    It is somebody's, and a page tells it to everybody.
    """
    with pytest.raises(Failed, match=f"does not say on the copy what the live one says: {told}$"):
        check_of({"project 1": "a"}, {"project 1": "a"}).compare_with(said)


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
def test_the_stand_in_starts_on_the_copy_and_says_what_the_live_one_says(target: XcrTarget, running: State) -> None:
    """
    Who signs in, their project and its review, which are made for it and go again.
    """
    passed, course = drilled(target)
    assert "and says there what the live one says of the account, project " in passed.reason
    assert passed.counts["application_answers"] == 4
    assert list(course.times)[5:7] == ["start the application", "read from the application"]
    assert course.within["start the application"] == 120
    assert target.user_email
    assert target.user_password
    with client_to(target) as client:
        person = Api(client, target.user_email, target.user_password)
        assert [project.name for project in person.projects().items if project.name == NAME] == []


def spoiled(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Change the copy once it was compared."""
    compare = ApplicationCheck.compare

    def after(self: ApplicationCheck, copy: SecretStr, empty: Callable[[], AbstractContextManager[Scratch]]) -> None:
        with psycopg.connect(copy.get_secret_value()) as connection:
            connection.execute(statement.encode())
        compare(self, copy, empty)

    monkeypatch.setattr(ApplicationCheck, "compare", after)


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
            "UPDATE projects SET name = 'another'",
            r"^the application does not say on the copy what the live one says: project \d+ is another one",
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
    Then nobody knows what it should say there.
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
