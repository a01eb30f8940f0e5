"""Accounts of rollback drills on a staging: what a killed drill left is deleted by the next one, and nothing of anybody else."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from rollout.drill.found_before import EarlierDrills, FoundBefore
from rollout.evidence import Record
from rollout.evidence.records import DrillFound
from rollout.target.deadline import each
from rollout.target.http import Client, client_to
from tests.rollback.killed_rollback_drill import staging
from tests.standin.test_boot import State
from xcodereviewer.api import Api
from xcodereviewer.drills.drill_accounts import PLACE, clear_left, drill_account_name, drill_person, password_of
from xcodereviewer.fixtures.users import registered, strong_password
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

pytestmark = pytest.mark.stack


class Kept:
    """A journal that keeps its records in memory: each with its place, what was found there, and whether it was put back."""

    def __init__(self) -> None:
        self.records: list[tuple[str, dict[str, str], bool]] = []

    def append(self, record: Record) -> None:
        """Keep one record."""
        assert isinstance(record, DrillFound)
        self.records.append((record.place, record.found, record.put_back))


@pytest.fixture
def target(running: State) -> XcrTarget:
    """The stand-in as a staging."""
    return staging(running)


@pytest.fixture
def client(target: XcrTarget) -> Iterator[Client]:
    """A client to it."""
    with client_to(target, each(5)) as found:
        yield found


def left(client: Client, name: str, password: SecretStr) -> Api:
    """An account with a project that a drill left."""
    person = registered(client, name, password)
    person.new_project(fresh_name())
    return person


def after(client: Client, target: XcrTarget, *names: str) -> list[tuple[str, dict[str, str], bool]]:
    """What the next drill writes down when the journals name some accounts."""
    kept = Kept()
    found = {f"{PLACE}{name}": {"account": name} for name in names}
    clear_left(target, client, FoundBefore([kept], EarlierDrills(found)))
    return kept.records


def test_the_projects_of_a_killed_drill_are_deleted(client: Client, target: XcrTarget) -> None:
    """
    Its journal names the account, and its password can be worked out again.
    """
    name = drill_account_name()
    person = left(client, name, password_of(target, name))
    assert after(client, target, name) == [(f"{PLACE}{name}", {}, True)]
    assert person.projects().items == ()


def test_what_is_no_account_of_a_drill_stays(client: Client, target: XcrTarget) -> None:
    """
    Another name, or another password: a journal alone proves nothing.
    """
    other, unknown = fresh_name(), drill_account_name()
    people = [left(client, other, password_of(target, other)), left(client, unknown, strong_password())]
    assert after(client, target, other, unknown) == []
    assert [len(person.projects().items) for person in people] == [1, 1]


def test_an_account_is_named_in_the_journal_until_its_projects_are_gone(client: Client, target: XcrTarget) -> None:
    """
    Before it is made, and without its password.
    """
    kept = Kept()
    with drill_person(target, client, FoundBefore([kept])) as person:
        (found,) = kept.records
        assert found == (f"{PLACE}{person.name}", {"account": person.name}, False)
        person.new_project(fresh_name())
    assert kept.records[1:] == [(f"{PLACE}{person.name}", {}, True)]
    assert person.projects().items == ()
