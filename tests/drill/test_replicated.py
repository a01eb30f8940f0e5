"""A live database that replicates: its copy says nothing to publishers and subscribers, and goes again."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import PREFIX, drop, in_database, remove
from tests.drill.live_database import changed, scratch_databases
from tests.standin.test_boot import State

pytestmark = pytest.mark.stack
SUBSCRIBE = (
    "CREATE SUBSCRIPTION told CONNECTION 'host=127.0.0.1 port=1 dbname=nowhere' PUBLICATION p WITH (connect = false)"
)


@pytest.fixture
def subscriber(running: State, database: SecretStr) -> Iterator[SecretStr]:
    """The live database with a subscription, which nothing can drop before that."""
    changed(database, SUBSCRIBE)
    yield database
    drop(SecretStr(running["postgres_admin_dsn"]), "live")


def test_the_copy_of_a_subscriber_is_none_and_goes_again(drill: RestoreDrill, subscriber: SecretStr) -> None:
    """
    A copy with the subscription would take the slot of the original, and could not be dropped.
    """
    assert drill.carry_out(None).counts["rows"] == 553
    assert scratch_databases(drill) == []


def test_a_scratch_database_with_a_subscription_is_dropped(running: State, drill: RestoreDrill) -> None:
    """
    A backup in plain SQL makes one, whatever its reader wants.
    """
    name = f"{PREFIX}subscribed"
    with psycopg.connect(running["postgres_admin_dsn"], autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    changed(in_database(drill.scratch, name), SUBSCRIBE)
    remove(drill.scratch, name)
    assert scratch_databases(drill) == []


def test_no_canary_is_written_where_all_tables_are_published(drill: RestoreDrill) -> None:
    """
    A subscriber would stop at the first row of a table that it does not have.
    """
    drill.may_write = True
    changed(drill.live, "CREATE PUBLICATION everything FOR ALL TABLES")
    passed = drill.carry_out(None)
    assert (
        "loss in rows was not measured: neither role may create a schema in the live database, or it" in passed.reason
    )


def test_a_limit_on_transactions_ends_no_snapshot(drill: RestoreDrill) -> None:
    """
    PostgreSQL 17 and newer have one, which a database may set; ours is open as long as the dump takes.
    """
    changed(drill.live, "ALTER DATABASE live SET transaction_timeout = '200ms'")
    assert drill.carry_out(None).counts["rows"] == 553
