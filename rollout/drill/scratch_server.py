"""The probe of the server on which drills make their scratch databases."""

from rollout.target import Target
from rollout.target.obstacle import Obstacle, place
from rollout.target.probe import Probe
from rollout.target.services import Sql, service_url

ASKED = """
SELECT current_setting('server_version') AS version, rolcreatedb OR rolsuper AS may_create, rolsuper AS is_super
FROM pg_roles WHERE rolname = current_user
"""


def scratch_server(target: Target) -> str:
    """PostgreSQL lets the role of the drills in, and the role may create databases; Obstacle that names the setting."""
    sql, setting = Sql(service_url(target, "drill_dsn")), place(target, "drill_dsn")
    try:
        (told,) = sql.rows(ASKED)
    except AssertionError as error:
        raise Obstacle(str(error), f"set {setting} to a server that lets its role in") from None
    if not told["may_create"]:
        cause = "the role of drill_dsn may not create databases"
        raise Obstacle(cause, f"ALTER ROLE … CREATEDB, or set {setting} with another role")
    rights = " and is a superuser, with whose rights the SQL of a backup runs" if told["is_super"] else ""
    return f"PostgreSQL {told['version']}, whose role may create databases{rights}"


SCRATCH_SERVER = Probe("scratch server", ("drill_dsn",), scratch_server)
