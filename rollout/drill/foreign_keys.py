"""Check validated foreign keys by the rows themselves: a load with triggers disabled leaves them unchecked."""

from collections.abc import Iterator

import psycopg

from rollout.drill.bounded_connection import answer_to
from rollout.drill.fingerprint import OURS
from rollout.values import numbered

KEYS = f"""
SELECT found.conrelid::regclass::text, pg_get_constraintdef(found.oid), format(
    'SELECT count(*) FROM %s%s AS part WHERE %s AND NOT EXISTS (SELECT FROM %s%s AS whole WHERE %s)',
    CASE relation.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, found.conrelid::regclass,
    string_agg(format('part.%I IS NOT NULL', part.attname), ' AND '),
    CASE other.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, found.confrelid::regclass,
    string_agg(format('whole.%I OPERATOR(%I.%s) part.%I', whole.attname, place.nspname, operator.oprname, part.attname), ' AND '))
FROM pg_constraint AS found
JOIN pg_class AS relation ON relation.oid = found.conrelid
JOIN pg_class AS other ON other.oid = found.confrelid
JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
CROSS JOIN LATERAL unnest(found.conkey, found.confkey, found.conpfeqop) AS pair (part, whole, equal)
JOIN pg_attribute AS part ON (part.attrelid, part.attnum) = (found.conrelid, pair.part)
JOIN pg_attribute AS whole ON (whole.attrelid, whole.attnum) = (found.confrelid, pair.whole)
JOIN pg_operator AS operator ON operator.oid = pair.equal
JOIN pg_namespace AS place ON place.oid = operator.oprnamespace
WHERE found.contype = 'f' AND found.convalidated AND found.conparentid = 0 AND operator.oprname = '=' AND {OURS}
GROUP BY found.oid, found.conrelid, found.confrelid, relation.relkind, other.relkind
HAVING count(*) = cardinality(found.conkey) AND bool_and(part.attcollation = whole.attcollation)
ORDER BY 1, 2
"""  # keys with periods, or with two collations, are not checked


def rows_without_whole(connection: psycopg.Connection) -> Iterator[str]:
    """A line for each validated foreign key with rows that reference a missing row."""
    for table, definition, asked in connection.execute(KEYS).fetchall():
        ((rows,),) = answer_to(connection, asked)
        if rows:
            yield f"{numbered(rows, 'row', 'rows')} of {table} without the row that they name: {definition}"
