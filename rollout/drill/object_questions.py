"""Questions to PostgreSQL's catalogue about what is no relation: kind → SQL whose rows are a name and, of some, a definition."""

from rollout.drill.fingerprint import OURS
from rollout.drill.role_questions import OWN_ROUTINES, OWN_SCHEMAS, OWN_TYPES
from rollout.drill.scratch import PREFIX

PART = 1 << 20  # bytes of a large object at a time
FIRST_OWN = 16384  # the oids below are those of PostgreSQL itself
OTHERS = (
    *("pg_cast", "pg_collation", "pg_conversion", "pg_foreign_data_wrapper", "pg_foreign_server", "pg_language"),
    *("pg_opclass", "pg_operator", "pg_opfamily", "pg_transform", "pg_ts_config", "pg_ts_dict"),
)  # catalogues of what is compared by its name alone
NO_EXTENSION = """NOT EXISTS (
    SELECT FROM pg_depend AS held LEFT JOIN pg_depend AS whole
        ON (whole.classid, whole.objid, whole.deptype) = (held.refclassid, held.refobjid, 'e') AND held.deptype IN ('a', 'i')
    WHERE (held.classid, held.objid) = (thing.classid, thing.oid) AND (held.deptype = 'e' OR whole.objid IS NOT NULL))"""
DUMPED = f"""thing.oid >= {FIRST_OWN} AND coalesce(named.schema, '') NOT LIKE 'pg\\_%'
  AND named.identity !~ '(^| on )pg_temp(_[0-9]+)?\\.' AND {NO_EXTENSION}"""  # no dump has what is not
OBJECTS = {
    "schema": f"SELECT quote_ident(nspname) FROM pg_namespace AS namespace WHERE {OWN_SCHEMAS}",
    "function": f"""
SELECT format('%I.%I', namespace.nspname, routine.proname), pg_get_functiondef(routine.oid)
FROM pg_proc AS routine JOIN pg_namespace AS namespace ON namespace.oid = routine.pronamespace
WHERE routine.prokind IN ('f', 'p', 'w') AND {OWN_ROUTINES}""",
    "aggregate": f"""
SELECT routine.oid::regprocedure::text, concat_ws(' ', rule.aggkind, rule.aggnumdirectargs, rule.aggtransfn, rule.aggfinalfn,
    rule.aggcombinefn, rule.aggserialfn, rule.aggdeserialfn, format_type(rule.aggtranstype, NULL), rule.agginitval,
    rule.aggsortop::regoperator, rule.aggmtransfn, rule.aggminvtransfn, rule.aggmfinalfn, rule.aggminitval)
FROM pg_aggregate AS rule JOIN pg_proc AS routine ON routine.oid = rule.aggfnoid
JOIN pg_namespace AS namespace ON namespace.oid = routine.pronamespace WHERE {OWN_ROUTINES}""",
    "extension": "SELECT quote_ident(extname) FROM pg_extension",
    "type": f"""
SELECT format('%I.%I', namespace.nspname, kind.typname), concat_ws(' ',
    (SELECT string_agg(quote_literal(label.enumlabel), ', ' ORDER BY label.enumsortorder)
     FROM pg_enum AS label WHERE label.enumtypid = kind.oid),
    CASE kind.typtype WHEN 'd' THEN format_type(kind.typbasetype, kind.typtypmod) END,
    (SELECT string_agg(format('%I %s', part.attname, format_type(part.atttypid, part.atttypmod)), ', ' ORDER BY part.attnum)
     FROM pg_attribute AS part WHERE part.attrelid = kind.typrelid AND part.attnum > 0 AND NOT part.attisdropped),
    (SELECT concat_ws(' ', format_type(span.rngsubtype, NULL), span.rngcollation::regcollation, span.rngcanonical, span.rngsubdiff)
     FROM pg_range AS span WHERE span.rngtypid = kind.oid),
    CASE WHEN kind.typnotnull THEN 'not null' END, pg_get_expr(kind.typdefaultbin, 0),
    (SELECT string_agg(pg_get_constraintdef(held.oid), ' ' ORDER BY held.conname)
     FROM pg_constraint AS held WHERE held.contypid = kind.oid AND held.contype <> 'n'))
FROM pg_type AS kind JOIN pg_namespace AS namespace ON namespace.oid = kind.typnamespace
WHERE {OWN_TYPES}""",
    "large object": f"""
WITH RECURSIVE part (oid, number, digest, length) AS (
    SELECT object.oid, 0::bigint, md5(data), length(data)
    FROM pg_largeobject_metadata AS object, lo_get(object.oid, 0, {PART}) AS data
    UNION ALL
    SELECT part.oid, part.number + 1, md5(data), length(data)
    FROM part, lo_get(part.oid, (part.number + 1) * {PART}, {PART}) AS data WHERE part.length = {PART}
)
SELECT oid::text, string_agg(digest, '' ORDER BY number) FROM part GROUP BY oid""",
    "statistics": f"""
SELECT format('%I.%I', namespace.nspname, kept.stxname), pg_get_statisticsobjdef(kept.oid)
FROM pg_statistic_ext AS kept JOIN pg_namespace AS namespace ON namespace.oid = kept.stxnamespace WHERE {OURS}""",
    "event trigger": f"""
SELECT quote_ident(found.evtname), concat_ws(' ', found.evtevent, found.evtfoid::regprocedure, found.evtenabled, found.evttags)
FROM pg_event_trigger AS found, LATERAL (SELECT 'pg_event_trigger'::regclass AS classid, found.oid) AS thing
WHERE {NO_EXTENSION}""",
    "publication": f"""
SELECT quote_ident(published.pubname), concat_ws(' ', published.puballtables, published.pubinsert, published.pubupdate,
    published.pubdelete, published.pubtruncate, published.pubviaroot,
    (SELECT string_agg(to_jsonb(told)::text, ' ' ORDER BY told.schemaname, told.tablename)
     FROM pg_publication_tables AS told JOIN pg_namespace AS namespace ON namespace.nspname = told.schemaname
     WHERE told.pubname = published.pubname AND {OURS}))
FROM pg_publication AS published""",
    "comment": f"""
SELECT concat_ws(' ', named.type, named.identity), told.description
FROM pg_description AS told, LATERAL (SELECT told.classoid AS classid, told.objoid AS oid) AS thing,
     LATERAL pg_identify_object(told.classoid, told.objoid, told.objsubid) AS named
WHERE told.classoid <> 'pg_largeobject'::regclass
  AND concat_ws(' ', named.type, named.identity) NOT IN ('schema public', 'extension plpgsql')
  AND NOT starts_with(named.identity, '{PREFIX}')
  AND NOT EXISTS (SELECT FROM pg_index AS index WHERE index.indexrelid = told.objoid AND NOT index.indisvalid)
  AND {DUMPED}""",
    "object": f"""
SELECT concat_ws(' ', named.type, named.identity)
FROM ({" UNION ALL ".join(f"SELECT '{each}'::regclass AS classid, oid FROM {each}" for each in OTHERS)}) AS thing,
     LATERAL pg_identify_object(thing.classid, thing.oid, 0) AS named
WHERE {DUMPED}""",
}
