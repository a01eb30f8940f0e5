"""The accounts of rollback drills: those on the stand-in go with everything that they made, of others their projects go."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pydantic import SecretStr

from rollout.drill.found_before import FoundBefore
from rollout.drill.scratch import administering
from rollout.target.http import Client
from rollout.target.obstacle import needed
from rollout.target.secret_values import hidden
from rollout.values import STANDIN
from xcodereviewer.api import Api
from xcodereviewer.fixtures.users import delete_projects, desk, registered, strong_password
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import PREFIX, fresh_name

OF_DRILLS, PLACE = "drill-", "account "
REMOVE = "DELETE FROM public.users WHERE starts_with(username, %s)"  # projects and sessions go with them


def drill_account_name() -> str:
    """A new name for an account of a rollback drill."""
    return fresh_name(OF_DRILLS)


@contextmanager
def accounts_removed(target: XcrTarget) -> Iterator[None]:
    """
    Remove the accounts of rollback drills before the block, which killed ones left, and after it; only on the stand-in.

    No API removes an account, and a deleted project keeps its row.
    """
    if target.environment != STANDIN:
        yield
        return
    remove_accounts(target)
    try:
        yield
    finally:
        remove_accounts(target)


def remove_accounts(target: XcrTarget) -> None:
    """Remove the accounts of rollback drills from the stand-in's database."""
    with administering(needed(target, "drill_dsn")) as connection:
        connection.execute(REMOVE, (f"{PREFIX}{OF_DRILLS}",))


@contextmanager
def drill_person(target: XcrTarget, client: Client, before: FoundBefore) -> Iterator[Api]:
    """
    A new account during the block, whose projects are deleted afterwards; those that killed drills left are deleted first.

    Outside the stand-in its name is kept in the journals *before* it is made, until its projects are deleted.
    """
    name = drill_account_name()
    if target.environment == STANDIN:
        with desk(registered(client, name, strong_password())) as person:
            yield person
        return
    clear_left(target, client, before)
    before.keep(f"{PLACE}{name}", {"account": name})
    with desk(registered(client, name, password_of(target, name))) as person:
        yield person
    before.is_put_back(f"{PLACE}{name}")


def clear_left(target: XcrTarget, client: Client, before: FoundBefore) -> None:
    """
    Delete the projects of accounts that killed drills left: the journals name them, their names and passwords prove it.

    One that cannot sign in stays with the journals, and the next drill tries it again.
    """
    for place, found in before.earlier.left.items():
        name = found.get("account", "")
        if place != f"{PLACE}{name}" or not name.startswith(f"{PREFIX}{OF_DRILLS}"):
            continue
        person = Api(client, name, password_of(target, name))
        with suppress(AssertionError):
            delete_projects(person, person.me().id)
            before.is_put_back(place)


def password_of(target: XcrTarget, name: str) -> SecretStr:
    """The password of the account *name*: whoever knows the administrator's can work it out again, so that no journal holds it."""
    key = needed(target, "admin_password").get_secret_value().encode()
    return hidden(f"Aa1!{urlsafe_b64encode(hmac.digest(key, name.encode(), 'sha256')).decode()[:20]}")
