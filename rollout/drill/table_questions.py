"""Questions to PostgreSQL's catalogue about relations: kind → SQL whose rows are a name and, of some, a definition."""

from rollout.drill.fingerprint import OWN
from rollout.drill.role_questions import RELATIONS, ROLE

NOT_VALID = " (not valid)"
IDENTITY = """CASE relation.relreplident WHEN 'i' THEN coalesce((
        SELECT concat('by ', index.indexrelid::regclass) FROM pg_index AS index
        WHERE index.indrelid = relation.oid AND index.indisreplident), 'd') ELSE relation.relreplident::text END"""
COLUMNS = f"""
SELECT format('%I.%I.%I %s%s%s', namespace.nspname, relation.relname, attribute.attname,
              format_type(attribute.atttypid, attribute.atttypmod),
              CASE WHEN attribute.attnotnull THEN ' not null' ELSE '' END,
              concat(' generated ' || nullif(attribute.attgenerated::text, ''), coalesce(' default ' || pg_get_expr(value.adbin, value.adrelid), ''),
                     CASE attribute.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' END,
                     CASE WHEN attribute.attcollation <> kind.typcollation THEN ' collate ' || ordered.collname END))
FROM {RELATIONS}
JOIN pg_attribute AS attribute ON relation.oid = attribute.attrelid AND relation.relkind IN ({{}})
JOIN pg_type AS kind ON kind.oid = attribute.atttypid
LEFT JOIN pg_collation AS ordered ON ordered.oid = attribute.attcollation
LEFT JOIN pg_attrdef AS value ON (value.adrelid, value.adnum) = (attribute.attrelid, attribute.attnum)
WHERE attribute.attnum > 0 AND NOT attribute.attisdropped AND {OWN}"""
INDEXES = f"""
SELECT pg_get_indexdef(index.indexrelid) || CASE WHEN index.indisvalid THEN '' ELSE '{NOT_VALID}' END
FROM {RELATIONS} JOIN pg_index AS index ON relation.oid = index.indrelid WHERE {OWN}"""
TABLES = {
    "table": f"""
SELECT format('%I.%I', namespace.nspname, relation.relname) FROM {RELATIONS} WHERE relation.relkind IN ('r', 'p', 'f') AND {OWN}""",
    "column": COLUMNS.format("'r', 'p', 'f'"),
    "view column": COLUMNS.format("'v', 'm'"),
    "constraint": f"""
SELECT format('%I.%I %s%s', namespace.nspname, relation.relname,
              pg_get_constraintdef(found.oid), CASE WHEN found.convalidated THEN '' ELSE ' (not validated)' END)
FROM {RELATIONS} JOIN pg_constraint AS found ON found.conrelid = relation.oid
WHERE found.contype <> 'n' AND {OWN}""",  # NOT NULL is part of the column
    "index": f"{INDEXES} AND NOT index.indisunique",
    "unique index": f"{INDEXES} AND index.indisunique",
    "trigger": f"""
SELECT pg_get_triggerdef(found.oid) || CASE found.tgenabled WHEN 'O' THEN '' ELSE ' enabled ' || found.tgenabled::text END
FROM {RELATIONS} JOIN pg_trigger AS found ON found.tgrelid = relation.oid WHERE NOT found.tgisinternal AND {OWN}""",
    "view": f"""
SELECT format('%I.%I%s', namespace.nspname, relation.relname, CASE WHEN relation.relispopulated THEN '' ELSE ' without data' END),
       pg_get_viewdef(relation.oid)
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
SELECT format('%I.%I of %s', namespace.nspname, relation.relname,
              concat_ws(' ', found.inhparent::regclass, pg_get_expr(relation.relpartbound, relation.oid)))
FROM {RELATIONS} JOIN pg_inherits AS found ON found.inhrelid = relation.oid
WHERE relation.relkind IN ('r', 'p', 'f') AND {OWN}""",
    "partition key": f"""
SELECT format('%I.%I %s', namespace.nspname, relation.relname, pg_get_partkeydef(relation.oid))
FROM {RELATIONS} WHERE relation.relkind = 'p' AND {OWN}""",
    "row security": f"""
SELECT format('%I.%I%s', namespace.nspname, relation.relname, CASE WHEN relation.relforcerowsecurity THEN ' forced' ELSE '' END)
FROM {RELATIONS} WHERE relation.relrowsecurity AND {OWN}""",
    "policy": f"""
SELECT format('%I.%I %I', namespace.nspname, relation.relname, policy.polname), concat_ws(' ',
    policy.polcmd, policy.polpermissive, pg_get_expr(policy.polqual, policy.polrelid), '/',
    pg_get_expr(policy.polwithcheck, policy.polrelid),
    (SELECT string_agg({ROLE.format("role")}, ' ' ORDER BY {ROLE.format("role")}) FROM unnest(policy.polroles) AS role))
FROM {RELATIONS} JOIN pg_policy AS policy ON policy.polrelid = relation.oid WHERE {OWN}""",
    "table option": f"""
SELECT format('%I.%I', namespace.nspname, relation.relname), concat_ws(' ',
    relation.relpersistence, {IDENTITY}, (SELECT amname FROM pg_am WHERE pg_am.oid = relation.relam),
    (SELECT string_agg(option, ' ' ORDER BY option) FROM unnest(relation.reloptions) AS option))
FROM {RELATIONS} WHERE relation.relkind IN ('r', 'p', 'v', 'm') AND {OWN}""",
    "column option": f"""
SELECT format('%I.%I.%I', namespace.nspname, relation.relname, attribute.attname), concat_ws(' ',
    attribute.attstattarget, attribute.attstorage, to_jsonb(attribute) ->> 'attcompression', attribute.attoptions)
FROM {RELATIONS} JOIN pg_attribute AS attribute ON attribute.attrelid = relation.oid
WHERE relation.relkind IN ('r', 'p', 'm') AND attribute.attnum > 0 AND NOT attribute.attisdropped AND {OWN}""",
}
