"""Databases that PostgreSQL itself takes for equal, and are not: letters, bounds of partitions, the index that tells rows apart."""

import pytest

from rollout.drill.differing_rows import oid_of
from rollout.drill.fingerprint import Table, columns_of, row_of
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import connected
from tests.drill.live_database import changed, content
from tests.drill.test_restore import spoiled

pytestmark = pytest.mark.stack
WORD = Table("public", "word")
BLIND = (
    "CREATE COLLATION blind (provider = libc, locale = 'C')",
    "UPDATE pg_collation SET collisdeterministic = false WHERE collname = 'blind'",
)  # no restore makes it: that takes a server with ICU
CASES = {
    "the bounds of a partition": (
        (
            "CREATE TABLE whole (id int) PARTITION BY RANGE (id)",
            "CREATE TABLE low PARTITION OF whole FOR VALUES FROM (0) TO (10)",
        ),
        (
            "ALTER TABLE whole DETACH PARTITION low",
            "ALTER TABLE whole ATTACH PARTITION low FOR VALUES FROM (0) TO (20)",
        ),
        "parent is missing: public.low of public.whole FOR VALUES FROM (0) TO (10)",
    ),
    "the key of partitions": (
        ("CREATE TABLE whole (id int, other int) PARTITION BY RANGE (id)",),
        ("DROP TABLE whole", "CREATE TABLE whole (id int, other int) PARTITION BY HASH (id)"),
        "partition key is missing: public.whole RANGE (id)",
    ),
    "the index of a replica identity": (
        (
            "ALTER TABLE author ADD UNIQUE (name)",
            "ALTER TABLE author REPLICA IDENTITY USING INDEX author_name_key",
        ),
        ("ALTER TABLE author REPLICA IDENTITY USING INDEX author_pkey",),
        "table option is missing: public.author",
    ),
}


@pytest.mark.parametrize(("statements", "spoil", "told"), CASES.values(), ids=CASES)
def test_what_only_looks_equal_is_told(
    drill: RestoreDrill,
    monkeypatch: pytest.MonkeyPatch,
    statements: tuple[str, ...],
    spoil: tuple[str, ...],
    told: str,
) -> None:
    """
    Bytes are compared; without a change the copy passes.
    """
    changed(drill.live, *statements)
    drill.carry_out(None)
    assert told in spoiled(drill, monkeypatch, *spoil)


def test_a_value_of_a_collation_that_takes_letters_for_equal_is_hashed_by_its_bytes(drill: RestoreDrill) -> None:
    """
    The hash of a text goes by its collation, also that of the text of another value.
    """
    changed(
        drill.live,
        *BLIND,
        "CREATE DOMAIN blindly AS text COLLATE blind",
        "CREATE TABLE word (id int, said text COLLATE blind, more blindly, every text[] COLLATE blind)",
        "INSERT INTO word VALUES (1, 'ete', 'ete', '{ete}')",
    )
    with connected(drill.live) as connection:
        row = row_of(columns_of(connection, oid_of(connection, WORD))).as_string(connection)
    every, more, said = (f'"{name}"::text COLLATE pg_catalog."C"' for name in ("every", "more", "said"))
    assert row == f'{every}, "id", {more}, {said}'
    seen = {content(drill.live).tables[WORD]}
    for name, value in (("said", "'été'"), ("more", "'ETE'"), ("every", "'{Ete}'")):
        changed(drill.live, f"UPDATE word SET {name} = {value}")
        seen.add(content(drill.live).tables[WORD])
    assert len(seen) == 4
