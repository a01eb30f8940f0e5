"""The shape of a database in lines that can be compared: columns, constraints, indexes and everything else but rows."""

from collections.abc import Mapping
from hashlib import sha256

import psycopg

from rollout.drill.definitions import one_spelling
from rollout.drill.fingerprint import OWN
from rollout.drill.object_questions import OBJECTS
from rollout.drill.role_questions import ROLES
from rollout.drill.table_questions import NOT_VALID, TABLES

QUESTIONS = {**TABLES, **OBJECTS, **ROLES}
OF_ROLES = tuple(ROLES)  # only a superuser restores them
CHANGING = (
    "large object",
    "table option",
    "column option",
    "comment",
    "statistics",
    "event trigger",
    "publication",
    "view column",
)
BY_HAND = ("index", "view")  # people make them at one revision of the schema, and no row depends on them
Shape = Mapping[str, frozenset[str]]


def shape(connection: psycopg.Connection, partitions: bool = True) -> Shape:
    """
    Kind → a line for each thing of that kind in the database; psycopg.Error where the catalogue cannot be read.

    Without *partitions* it leaves partitions out, and what is CHANGING: they change over time at the same revision of the
    schema.
    """
    own = OWN if partitions else f"{OWN} AND NOT relation.relispartition"
    left_out = () if partitions else CHANGING
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
