"""Unknown keys of a model: one message for each, with the key that was probably meant."""

from collections.abc import Sequence
from typing import get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from rollout.nearest import nearest, unknown

Place = tuple[int | str, ...]


def unknown_key(model: type[BaseModel], place: Place) -> str:
    """One line for the key at *place*, which its table does not have."""
    return unknown("key", str(place[-1]), keys(model, place[:-1]))


def told_once(model: type[BaseModel], faults: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The *faults* without a missing key whose misspelling is already among them as an unknown key."""
    meant = {meant_by(model, fault["loc"]) for fault in faults if fault["type"] == "extra_forbidden"}
    return [fault for fault in faults if fault["type"] != "missing" or fault["loc"] not in meant]


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
        kinds = (field.annotation, *get_args(field.annotation)) if field else ()
        found = next((each for each in kinds if isinstance(each, type) and issubclass(each, BaseModel)), None)
    return found
