"""The shape of a database in lines that can be compared: columns, constraints, indexes and everything else but rows."""

from collections.abc import Mapping
from hashlib import sha256

import psycopg

from rollout.drill.definitions import one_spelling
from rollout.drill.fingerprint import OURS, OWN, no_extensions

NOT_VALID = " (not valid)"
PART = 1 << 20  # bytes of a large object at a time
ROLE = "CASE {0} WHEN 0 THEN 'public' ELSE pg_get_userbyid({0}) END"
ALLOWED = f"""concat(allowed.privilege_type, CASE WHEN allowed.is_grantable THEN ' with grant option' END,
    ' to ', {ROLE.format("allowed.grantee")}, ' by ', pg_get_userbyid(allowed.grantor))"""

OWN_ROUTINES = no_extensions("routine", "pg_proc")
RELATIONS = "pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace"
QUESTIONS = {
    "table": f"""
SELECT format('%I.%I', namespace.nspname, relation.relname) FROM {RELATIONS} WHERE relation.relkind IN ('r', 'p') AND {OWN}""",
    "column": f"""
SELECT format('%I.%I.%I %s%s%s', namespace.nspname, relation.relname, attribute.attname,
              format_type(attribute.atttypid, attribute.atttypmod),
              CASE WHEN attribute.attnotnull THEN ' not null' ELSE '' END,
              concat(coalesce(' default ' || pg_get_expr(value.adbin, value.adrelid), ''),
                     CASE attribute.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' END,
                     CASE WHEN attribute.attcollation <> kind.typcollation THEN ' collate ' || ordered.collname END))
FROM {RELATIONS}
JOIN pg_attribute AS attribute ON relation.oid = attribute.attrelid AND relation.relkind IN ('r', 'p', 'v', 'm')
JOIN pg_type AS kind ON kind.oid = attribute.atttypid
LEFT JOIN pg_collation AS ordered ON ordered.oid = attribute.attcollation
LEFT JOIN pg_attrdef AS value ON (value.adrelid, value.adnum) = (attribute.attrelid, attribute.attnum)
WHERE attribute.attnum > 0 AND NOT attribute.attisdropped AND {OWN}""",
    "constraint": f"""
SELECT format('%I.%I %s%s', namespace.nspname, relation.relname,
              pg_get_constraintdef(found.oid), CASE WHEN found.convalidated THEN '' ELSE ' (not validated)' END)
FROM {RELATIONS} JOIN pg_constraint AS found ON found.conrelid = relation.oid
WHERE found.contype <> 'n' AND {OWN}""",  # NOT NULL is part of the column
    "index": f"""
SELECT pg_get_indexdef(index.indexrelid) || CASE WHEN index.indisvalid THEN '' ELSE '{NOT_VALID}' END
FROM {RELATIONS} JOIN pg_index AS index ON relation.oid = index.indrelid WHERE {OWN}""",
    "trigger": f"""
SELECT pg_get_triggerdef(found.oid) || CASE found.tgenabled WHEN 'O' THEN '' ELSE ' enabled ' || found.tgenabled::text END
FROM {RELATIONS} JOIN pg_trigger AS found ON found.tgrelid = relation.oid WHERE NOT found.tgisinternal AND {OWN}""",
    "function": f"""
SELECT format('%I.%I', namespace.nspname, routine.proname), pg_get_functiondef(routine.oid)
FROM pg_proc AS routine JOIN pg_namespace AS namespace ON namespace.oid = routine.pronamespace
WHERE routine.prokind IN ('f', 'p') AND {OWN_ROUTINES}""",
    "view": f"""
SELECT format('%I.%I', namespace.nspname, relation.relname), pg_get_viewdef(relation.oid)
FROM {RELATIONS} WHERE relation.relkind IN ('v', 'm') AND {OWN}""",
    "sequence": f"""
SELECT format('%I.%I', namespace.nspname, relation.relname), concat_ws(' ',
    rule.seqtypid::regtype, rule.seqstart, rule.seqincrement, rule.seqmin, rule.seqmax, rule.seqcycle)
FROM {RELATIONS} JOIN pg_sequence AS rule ON rule.seqrelid = relation.oid WHERE {OWN}""",
    "rule": f"""
SELECT format('%I.%I', namespace.nspname, relation.relname), pg_get_ruledef(found.oid) || found.ev_enabled::text
FROM {RELATIONS} JOIN pg_rewrite AS found ON found.ev_class = relation.oid
WHERE found.rulename <> '_RETURN' AND {OWN}""",
    "parent": f"""
SELECT format('%I.%I of %s', namespace.nspname, relation.relname, found.inhparent::regclass)
FROM {RELATIONS} JOIN pg_inherits AS found ON found.inhrelid = relation.oid
WHERE relation.relkind IN ('r', 'p') AND {OWN}""",
    "extension": "SELECT quote_ident(extname) FROM pg_extension",
    "type": f"""
SELECT format('%I.%I', namespace.nspname, kind.typname), concat_ws(' ',
    (SELECT string_agg(quote_literal(label.enumlabel), ', ' ORDER BY label.enumsortorder)
     FROM pg_enum AS label WHERE label.enumtypid = kind.oid),
    CASE kind.typtype WHEN 'd' THEN format_type(kind.typbasetype, kind.typtypmod) END,
    CASE WHEN kind.typnotnull THEN 'not null' END, kind.typdefault,
    (SELECT string_agg(pg_get_constraintdef(held.oid), ' ' ORDER BY held.conname)
     FROM pg_constraint AS held WHERE held.contypid = kind.oid AND held.contype <> 'n'))
FROM pg_type AS kind JOIN pg_namespace AS namespace ON namespace.oid = kind.typnamespace
WHERE kind.typtype IN ('e', 'd') AND {no_extensions("kind", "pg_type")}""",
    "row security": f"""
SELECT format('%I.%I%s', namespace.nspname, relation.relname, CASE WHEN relation.relforcerowsecurity THEN ' forced' ELSE '' END)
FROM {RELATIONS} WHERE relation.relrowsecurity AND {OWN}""",
    "policy": f"""
SELECT format('%I.%I %I', namespace.nspname, relation.relname, policy.polname), concat_ws(' ',
    policy.polcmd, policy.polpermissive, pg_get_expr(policy.polqual, policy.polrelid), '/',
    pg_get_expr(policy.polwithcheck, policy.polrelid),
    (SELECT string_agg({ROLE.format("role")}, ' ' ORDER BY 1) FROM unnest(policy.polroles) AS role))
FROM {RELATIONS} JOIN pg_policy AS policy ON policy.polrelid = relation.oid WHERE {OWN}""",
    "large object": f"""
WITH RECURSIVE part (oid, number, digest, length) AS (
    SELECT object.oid, 0::bigint, md5(data), length(data)
    FROM pg_largeobject_metadata AS object, lo_get(object.oid, 0, {PART}) AS data
    UNION ALL
    SELECT part.oid, part.number + 1, md5(data), length(data)
    FROM part, lo_get(part.oid, (part.number + 1) * {PART}, {PART}) AS data WHERE part.length = {PART}
)
SELECT oid::text, string_agg(digest, '' ORDER BY number) FROM part GROUP BY oid""",
    "grant": f"""
SELECT format('%I.%I %s', namespace.nspname, relation.relname, {ALLOWED})
FROM {RELATIONS}, aclexplode(coalesce(relation.relacl, acldefault(
    CASE relation.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relation.relowner))) AS allowed
WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {OWN}
UNION ALL
SELECT format('%I.%I.%I %s', namespace.nspname, relation.relname, attribute.attname, {ALLOWED})
FROM {RELATIONS} JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid, aclexplode(attribute.attacl) AS allowed
WHERE NOT attribute.attisdropped AND {OWN}
UNION ALL
SELECT format('schema %I %s', namespace.nspname, {ALLOWED})
FROM pg_namespace AS namespace,
    aclexplode(coalesce(namespace.nspacl, acldefault('n', namespace.nspowner))) AS allowed WHERE {OURS}
UNION ALL
SELECT format('function %s %s', routine.oid::regprocedure, {ALLOWED})
FROM pg_proc AS routine JOIN pg_namespace AS namespace ON namespace.oid = routine.pronamespace,
    aclexplode(coalesce(routine.proacl, acldefault('f', routine.proowner))) AS allowed
WHERE {OWN_ROUTINES}
""",  # none at all are those of the owner
    "owner": f"""
SELECT format('%I.%I %s', namespace.nspname, relation.relname, pg_get_userbyid(relation.relowner))
FROM {RELATIONS} WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'S') AND {OWN}""",
}
OF_ROLES = ("grant", "owner")  # only a superuser restores them
OF_DATA = ("large object",)  # they come and go as rows do
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
JOIN pg_sequence AS rule ON rule.seqrelid = sequence.oid AND rule.seqincrement > 0
JOIN pg_namespace AS sequence_space ON sequence_space.oid = sequence.relnamespace
WHERE attribute.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND {OWN}
ORDER BY 1
"""  # those that belong to a column, and those that its default names
Shape = Mapping[str, frozenset[str]]


def shape(connection: psycopg.Connection, partitions: bool = True) -> Shape:
    """
    Kind → a line for each thing of that kind in the database; psycopg.Error where the catalogue cannot be read.

    Without *partitions* it leaves partitions and large objects out, which change over time at the same revision of the
    schema.
    """
    own = OWN if partitions else f"{OWN} AND NOT relation.relispartition"
    left_out = () if partitions else OF_DATA
    every = {kind: asked.replace(OWN, own) for kind, asked in QUESTIONS.items() if kind not in left_out}
    return {
        kind: frozenset(line_of(*row) for row in connection.execute(asked.encode())) for kind, asked in every.items()
    }


def line_of(name: str, definition: str | None = None) -> str:
    """The line of a thing, with a digest of its definition where that may be long."""
    if definition is None:
        return one_spelling(name)
    return f"{name} {sha256(one_spelling(definition).encode()).hexdigest()[:16]}"


def differences(live: Shape, copy: Shape, leave_out: tuple[str, ...] = ()) -> list[str]:
    """
    What the *copy* lacks of the *live* database and what it has besides, a line each, without the kinds in *leave_out*.
    """
    besides = {kind: there - live[kind] for kind, there in copy.items() if kind not in leave_out}
    return [
        *missing(live, copy, leave_out),
        *(f"{kind} was not there: {line}" for kind, lines in besides.items() for line in sorted(lines)),
    ]


def missing(live: Shape, copy: Shape, leave_out: tuple[str, ...] = ()) -> list[str]:
    """
    What the *copy* lacks of the *live* database, a line each, without the kinds in *leave_out*.

    An index that is not valid is ignored, since no dump has it: it is being built, or its build failed.
    """
    lacks = {kind: there - copy[kind] for kind, there in live.items() if kind not in leave_out}
    return [
        f"{kind} is missing: {line}"
        for kind, lines in lacks.items()
        for line in sorted(lines)
        if not line.endswith(NOT_VALID)
    ]


def sequences_behind(connection: psycopg.Connection) -> dict[str, str]:
    """Sequence → its state in words, for each whose next number its column holds already."""
    found = {}
    for sequence, owner, owned in connection.execute(SERIALS).fetchall():
        given = f"CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {sequence}"
        asked = f"SELECT (SELECT {given}), (SELECT max({owned}) FROM {owner})"
        ((last, highest),) = connection.execute(asked.encode()).fetchall()
        if last is not None and highest is not None and last < highest:
            found[sequence] = f"sequence {sequence} is at {last}, {owner}.{owned} at {highest}"
    return found
