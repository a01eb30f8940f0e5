"""The accounts of rollback drills: their names tell them, and those on the stand-in go with everything that they made."""

from collections.abc import Iterator
from contextlib import contextmanager

from rollout.drill.scratch import administering
from rollout.target.obstacle import needed
from rollout.values import STANDIN
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import PREFIX, fresh_name

OF_DRILLS = "drill-"
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
