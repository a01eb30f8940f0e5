"""Questions to PostgreSQL's catalogue about roles: who owns what, and who may do what with it."""

from rollout.drill.fingerprint import OWN, no_extensions

RELATIONS = "pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace"
ROLE = "CASE {0} WHEN 0 THEN 'public' ELSE pg_get_userbyid({0}) END"
ALLOWED = f"""concat(allowed.privilege_type, CASE WHEN allowed.is_grantable THEN ' with grant option' END,
    ' to ', {ROLE.format("allowed.grantee")}, ' by ', pg_get_userbyid(allowed.grantor))"""

OWN_SCHEMAS = no_extensions("namespace", "pg_namespace")
OWN_ROUTINES = no_extensions("routine", "pg_proc")
OWN_TYPES = f"""(kind.typtype IN ('e', 'd', 'r')
    OR kind.typtype = 'c' AND EXISTS (SELECT FROM pg_class AS alone WHERE alone.oid = kind.typrelid AND alone.relkind = 'c'))
  AND {no_extensions("kind", "pg_type")}"""  # not those that come with a table
ROLES = {
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
    aclexplode(coalesce(namespace.nspacl, acldefault('n', namespace.nspowner))) AS allowed WHERE {OWN_SCHEMAS}
UNION ALL
SELECT format('function %s %s', routine.oid::regprocedure, {ALLOWED})
FROM pg_proc AS routine JOIN pg_namespace AS namespace ON namespace.oid = routine.pronamespace,
    aclexplode(coalesce(routine.proacl, acldefault('f', routine.proowner))) AS allowed
WHERE {OWN_ROUTINES}
UNION ALL
SELECT format('type %s %s', format_type(kind.oid, NULL), {ALLOWED})
FROM pg_type AS kind JOIN pg_namespace AS namespace ON namespace.oid = kind.typnamespace,
    aclexplode(coalesce(kind.typacl, acldefault('T', kind.typowner))) AS allowed
WHERE {OWN_TYPES}
UNION ALL
SELECT format('large object %s %s', kept.oid, {ALLOWED})
FROM pg_largeobject_metadata AS kept, aclexplode(coalesce(kept.lomacl, acldefault('L', kept.lomowner))) AS allowed
UNION ALL
SELECT format('by default, %s of %s in %s: %s', kept.defaclobjtype, pg_get_userbyid(kept.defaclrole),
              coalesce(quote_ident(namespace.nspname), 'every schema'), {ALLOWED})
FROM pg_default_acl AS kept LEFT JOIN pg_namespace AS namespace ON namespace.oid = kept.defaclnamespace,
    aclexplode(kept.defaclacl) AS allowed
""",  # none at all are those of the owner
    "owner": f"""
SELECT format('%I.%I %s', namespace.nspname, relation.relname, pg_get_userbyid(relation.relowner))
FROM {RELATIONS} WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND {OWN}
UNION ALL
SELECT format('schema %I %s', namespace.nspname, pg_get_userbyid(namespace.nspowner))
FROM pg_namespace AS namespace WHERE {OWN_SCHEMAS}
UNION ALL
SELECT format('function %s %s', routine.oid::regprocedure, pg_get_userbyid(routine.proowner))
FROM pg_proc AS routine JOIN pg_namespace AS namespace ON namespace.oid = routine.pronamespace WHERE {OWN_ROUTINES}
UNION ALL
SELECT format('type %s %s', format_type(kind.oid, NULL), pg_get_userbyid(kind.typowner))
FROM pg_type AS kind JOIN pg_namespace AS namespace ON namespace.oid = kind.typnamespace WHERE {OWN_TYPES}
UNION ALL
SELECT format('large object %s %s', oid, pg_get_userbyid(lomowner)) FROM pg_largeobject_metadata
UNION ALL
SELECT format('publication %I %s', pubname, pg_get_userbyid(pubowner)) FROM pg_publication
UNION ALL
SELECT format('event trigger %I %s', evtname, pg_get_userbyid(evtowner)) FROM pg_event_trigger""",
}
