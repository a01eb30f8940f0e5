"""The words of a failed comparison, `got …, want …`: for two objects their differing parts, not both sides cut short."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from rollout.target.message import one_line

MOST = 100  # differences in a message: a journal's message has room for about as many, a target can send any number
MOST_CHARACTERS = 80
ABSENT = "nothing"


CHECKING = pytest.StashKey[bool]()  # whether the test at work bears a criterion
ORDERS = {"<": "is not less than", "<=": "is more than", ">": "is not more than", ">=": "is less than"}


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """The words of a failed comparison; None (pytest's own words) outside of checks, unless parts differ."""
    found = parts_told(op, left, right)
    return found or ([in_words(op, left, right)] if config.stash.get(CHECKING, False) else None)


def in_words(op: str, left: object, right: object) -> str:
    """A comparison of two values as `got …, want …`."""
    one, other = shown(left), shown(right)
    if op in ORDERS:
        return f"{one} {ORDERS[op]} {other}"
    if op == "in":
        named = isinstance(right, tuple | set | frozenset)
        return f"got {one}, want one of {other}" if named else f"got {other}, want {one} in it"
    if op == "not in":
        return f"got {other}, want no {one} in it"
    return f"got {one}, want {'anything else' if op in ('!=', 'is not') else other}"


def parts_told(op: str, left: object, right: object) -> list[str] | None:
    """The places where two objects or lists differ, each with what was got and wanted; None for anything else."""
    if op != "==" or not comparable(left, right):
        return None
    found = list(differences("", left, right))
    if not found:
        return None
    more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
    return ["; ".join([*found[:MOST], *more])]


def comparable(left: object, right: object) -> bool:
    """Whether both sides have parts that can be compared one by one."""
    kinds = (Mapping, BaseModel, list, tuple)
    return any(isinstance(left, kind) and isinstance(right, kind) for kind in kinds)


def differences(place: str, left: Any, right: Any) -> Iterator[str]:
    """Each difference below *place* in words: `name: got 'a', want 'b'`."""
    if left == right:
        return
    parts = pairs(left, right) if comparable(left, right) else None
    if parts is None:
        yield f"{place or 'the whole'}: got {shown(left)}, want {shown(right)}"
        return
    for name, (got, wanted) in parts.items():
        yield from differences(f"{place}.{name}" if place else name, got, wanted)


def pairs(left: Any, right: Any) -> dict[str, tuple[Any, Any]]:
    """The parts of both sides by name or position; a part missing on one side is paired with Nothing."""
    one, other = named(left), named(right)
    names = list(dict.fromkeys([*one, *other]))
    return {name: (one.get(name, Nothing), other.get(name, Nothing)) for name in names}


def named(value: Any) -> dict[str, Any]:
    """The parts of an object, a model or a list."""
    if isinstance(value, BaseModel):
        return dict(value)
    if isinstance(value, Mapping):
        return {str(name): part for name, part in value.items()}
    assert isinstance(value, Sequence)
    return {f"[{position}]": part for position, part in enumerate(value)}


class Nothing:
    """A part that is missing on one side."""


def shown(value: object) -> str:
    """A value in a few characters, without secrets."""
    return ABSENT if value is Nothing else one_line(repr(value), MOST_CHARACTERS)
