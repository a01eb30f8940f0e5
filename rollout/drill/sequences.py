"""Sequences of a database: where each is, which are behind their columns, and which a copy put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import psycopg

from rollout.drill.bounded_connection import answer_to
from rollout.drill.fingerprint import OWN
from rollout.drill.role_questions import RELATIONS

SEQUENCES = f"""
SELECT format('%I.%I', namespace.nspname, relation.relname), rule.seqincrement
FROM {RELATIONS} JOIN pg_sequence AS rule ON rule.seqrelid = relation.oid WHERE relation.relpersistence <> 't' AND {OWN}
ORDER BY 1
"""
SERIALS = f"""
SELECT format('%I.%I', sequence_space.nspname, sequence.relname),
       format('%I.%I', namespace.nspname, relation.relname), quote_ident(attribute.attname)
FROM {RELATIONS}
JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid AND relation.relkind IN ('r', 'p')
CROSS JOIN LATERAL (
    SELECT held.objid FROM pg_depend AS held
    WHERE (held.refobjid, held.refobjsubid) = (relation.oid, attribute.attnum)
      AND held.refclassid = 'pg_class'::regclass AND held.classid = 'pg_class'::regclass AND held.deptype IN ('a', 'i')
    UNION
    SELECT used.refobjid FROM pg_attrdef AS value JOIN pg_depend AS used ON used.objid = value.oid
    WHERE (value.adrelid, value.adnum) = (relation.oid, attribute.attnum)
      AND used.classid = 'pg_attrdef'::regclass AND used.refclassid = 'pg_class'::regclass
) AS giving (oid)
JOIN pg_class AS sequence ON sequence.oid = giving.oid AND sequence.relkind = 'S'
JOIN pg_namespace AS sequence_space ON sequence_space.oid = sequence.relnamespace
CROSS JOIN LATERAL (
    WITH RECURSIVE behind (oid, base) AS (
        SELECT oid, typbasetype FROM pg_type WHERE oid = attribute.atttypid
        UNION ALL SELECT kind.oid, kind.typbasetype FROM behind JOIN pg_type AS kind ON kind.oid = behind.base
    ) SELECT oid FROM behind WHERE base = 0
) AS kind
WHERE kind.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype) AND {OWN}
ORDER BY 1
"""  # those that belong to a column of numbers, behind domains too, and those that its default names


@dataclass(frozen=True)
class Position:
    """The last number that a sequence gave; *step* is what it adds, below zero where it counts downwards."""

    given: int
    step: int

    def is_before(self, number: int) -> bool:
        """Whether a *number* is still to come."""
        return self.given < number if self.step > 0 else self.given > number


Positions = Mapping[str, Position]


def positions(connection: psycopg.Connection) -> dict[str, Position]:
    """Sequence → its position now: no snapshot keeps that of a moment before."""
    return {
        name: Position(last if is_called else last - step, step)
        for name, step in connection.execute(SEQUENCES).fetchall()
        for last, is_called in answer_to(connection, f"SELECT last_value, is_called FROM {name}")
    }


def sequences_behind(connection: psycopg.Connection, at: Positions) -> dict[str, str]:
    """Sequence → its state in words, for each *at* a position from which it gives a number that its column holds already."""
    found = {}
    for sequence, owner, owned in connection.execute(SERIALS).fetchall():
        if sequence not in at:
            continue
        asked = f"SELECT {'max' if at[sequence].step > 0 else 'min'}({owned}) FROM {owner}"
        ((farthest,),) = answer_to(connection, asked)
        if farthest is not None and isfinite(farthest) and at[sequence].is_before(farthest):
            found[sequence] = f"sequence {sequence} is at {at[sequence].given}, {owner}.{owned} at {farthest}"
    return found


def put_back(before: Positions, after: Positions, copy: Positions) -> dict[str, str]:
    """
    Sequence → its state in words, for each that the *copy* has behind where it was *before* the dump, or beyond where it was *after* it.

    One that went backwards itself meanwhile, as a cyclic one does, tells nothing.
    """
    return {
        name: f"sequence {name} is at {copy[name].given} instead of {told(was, after[name])}"
        for name, was in before.items()
        if name in copy and name in after and not after[name].is_before(was.given)
        if copy[name].is_before(was.given) or after[name].is_before(copy[name].given)
    }


def told(before: Position, after: Position) -> str:
    """Where a sequence was while it was dumped, in words."""
    return str(before.given) if before == after else f"{before.given} to {after.given}"
