"""The switch to a restored database is printed as commands for people: exact, and without a secret."""

import shlex

from rollout.rollback.database_switch import before, switch
from rollout.rollback.server_facts import ServerFacts
from rollout.target.message import one_line

FACTS = ServerFacts("shop", "app", "app", "db.example", "5432", is_same=True)
PSQL = "psql --host=db.example --port=5432 --username=app --dbname=postgres --set=ON_ERROR_STOP=1 --single-transaction"


def kubectl(*words: str) -> tuple[str, ...]:
    """The command of a cluster."""
    return ("kubectl", "--context=west", *words)


def lines(facts: ServerFacts = FACTS, variable: str | None = "DATABASE_URL", with_roles: bool = True) -> list[str]:
    """The lines of a switch to the database `new`."""
    return list(switch(facts, "new", kubectl, "backend", variable, with_roles))


def test_two_databases_change_their_names_in_one_transaction() -> None:
    """
    And back again; between the two statements no client finds neither.
    """
    said = lines()
    assert said[0] == "the switch from shop to new is not carried out; end what writes to shop first"
    there = [
        '--command=ALTER DATABASE "shop" RENAME TO "shop_before"',
        '--command=ALTER DATABASE "new" RENAME TO "shop"',
    ]
    back = [
        '--command=ALTER DATABASE "shop" RENAME TO "new"',
        '--command=ALTER DATABASE "shop_before" RENAME TO "shop"',
    ]
    assert f"by name: {PSQL} {shlex.join(there)}" in said
    assert f"and back: {PSQL} {shlex.join(back)}" in said
    assert not [line for line in said if line.startswith(("first:", "owners and grants"))]


def test_the_variable_of_the_deployment_gets_an_address_without_a_secret() -> None:
    """
    The places for role and password outlast the removal of secrets from what is printed.
    """
    told = "kubectl --context=west set env deployment/backend 'DATABASE_URL=postgresql://<ROLE>:<PASSWORD>@db.example:5432/new'"
    assert one_line(lines()[-1], 1000) == f"by address, with the role and the password of the application: {told}"
    assert lines(variable=None)[-1].startswith("by address: kubectl set env, with the variable")


def test_another_server_leaves_the_address_only() -> None:
    """
    Names are changed on one server.
    """
    said = lines(ServerFacts("shop", "app", "app", "other", "", is_same=False))
    assert "by name it cannot be done: new is on another server than shop" in said
    assert not [line for line in said if "RENAME" in line]


def test_who_has_to_own_the_new_database_comes_first() -> None:
    """
    Its tables too, where the role that restored may not give them away.
    """
    said = lines(ServerFacts("shop", "app", "drill", "db.example", "5432", is_same=True), with_roles=False)
    assert said[1] == f'first: {PSQL.replace("=app", "=drill")} \'--command=ALTER DATABASE "new" OWNER TO "app"\''
    assert 'REASSIGN OWNED BY "drill" TO "app"' in said[2]
    assert " --username=drill --dbname=new " in said[2]
    assert said[2].endswith("; then GRANT what each role had")
    assert next(line for line in said if line.startswith("by name: ")).startswith(f"by name: {PSQL} ")


def test_a_name_from_the_server_is_quoted() -> None:
    """
    For SQL and for the shell.
    """
    facts = ServerFacts("my \"shop'; x", "app", "app", "", "", is_same=True)
    words = shlex.split(next(line for line in lines(facts) if line.startswith("by name: ")).removeprefix("by name: "))
    assert words[-2] == '--command=ALTER DATABASE "my ""shop\'; x" RENAME TO "my ""shop\'; x_before"'


def test_a_long_name_is_cut_to_what_postgresql_keeps() -> None:
    """
    Else both names would be the same.
    """
    assert before("a" * 63) == f"{'a' * 56}_before"
    assert len(before("é" * 31).encode()) <= 63
