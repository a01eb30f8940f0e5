"""Errors of a model: each once, at the place of its key; an unknown key with the one that was probably meant."""

from collections.abc import Iterator, Sequence
from typing import get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from rollout.nearest import nearest, unknown
from rollout.values import TABLE, TEXT

Place = tuple[int | str, ...]


def unknown_key(model: type[BaseModel], place: Place) -> str:
    """One line for the key at *place*, which its table does not have."""
    return unknown("key", str(place[-1]), keys(model, place[:-1]))


def told_once(model: type[BaseModel], faults: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The *faults* by keys alone, without a missing key whose misspelling is already among them as an unknown key."""
    placed = [by_keys(fault) for fault in faults]
    meant = {meant_by(model, fault["loc"]) for fault in placed if fault["type"] == "extra_forbidden"}
    return [fault for fault in placed if fault["type"] != "missing" or fault["loc"] not in meant]


def by_keys(fault: ErrorDetails) -> ErrorDetails:
    """A fault whose place has no step for the form of a value, which is no key of the file."""
    return {**fault, "loc": tuple(step for step in fault["loc"] if step not in (TEXT, TABLE))}


def meant_by(model: type[BaseModel], place: Place) -> Place:
    """The place of the nearest permitted key; *place* itself if no key is near."""
    *around, last = place
    return (*around, nearest(str(last), keys(model, tuple(around))) or last)


def keys(model: type[BaseModel], around: Place) -> list[str]:
    """The keys of the table at *around*."""
    owner = table_at(model, around)
    return list(owner.model_fields) if owner else []


def table_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model of the table at *place*, None if it is no model; positions in lists are skipped."""
    found: type[BaseModel] | None = model
    for step in (step for step in place if isinstance(step, str)):
        field = found.model_fields.get(step) if found else None
        found = next(models_in(field.annotation), None) if field else None
    return found


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models in an annotation, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)
