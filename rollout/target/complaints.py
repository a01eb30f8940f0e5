"""Messages about errors in a target file, one line each: the place, the reason, and the way out."""

import json
import re

from pydantic_core import ErrorDetails

from rollout.misspelt import Place, table_at, unknown_key
from rollout.nearest import nearest, unknown
from rollout.target.secret_fields import secret_fields, variable
from rollout.target.settings import Target
from rollout.values import STANDIN

CHOICES = ("literal_error", "enum")
LISTS = ("tuple_type", "list_type", "set_type", "frozen_set_type")
TABLES = ("dict_type", "model_type", "model_attributes_type")
QUOTED, LISTED = '"…"', '["…"]'
BARE = re.compile(r"[\w-]+", re.ASCII)


def complaint(model: type[Target], fault: ErrorDetails) -> str:
    """One fault as one line; for an unknown key or value with the nearest known one."""
    *around, last = fault["loc"]
    if fault["type"] == "extra_forbidden":
        return unknown_setting(model, str(last)) if not around else stray_key(model, fault["loc"])
    where = variable(model, str(last)) if not around and last in secret_fields(model) else shown(fault["loc"])
    return f"{where}: {reason(model, fault)}"


def unknown_setting(model: type[Target], name: str) -> str:
    """The message for a setting that *model* lacks; if the nearest one is a secret, with its variable."""
    secrets, near = secret_fields(model), nearest(name, model.model_fields)
    if near in secrets:
        return f"no setting {name!r}; did you mean {variable(model, near)}? Secrets come from the environment"
    return unknown("setting", name, sorted(model.model_fields.keys() - secrets - {"name"}))


def stray_key(model: type[Target], place: Place) -> str:
    """The message for an unknown key at *place*; a setting written below a table's head belongs above it."""
    table, name = shown(place[:-1]), place[-1]
    if name in model.model_fields:
        return f"{table}: no key {name!r}; it is a setting of its own: write it above the first [table]"
    return f"{table}: {unknown_key(model, place)}"


def reason(model: type[Target], fault: ErrorDetails) -> str:
    """The reason why a value is refused, and what to write instead."""
    kind, key = fault["type"], quoted([step for step in fault["loc"] if isinstance(step, str)][-1])
    if kind in CHOICES:
        return unknown("value", str(fault["input"]), choices(fault))
    if kind == "missing":
        return f"is missing; set it: {meaning(model, fault['loc'])}"
    if kind in LISTS:
        return f"must be a list; write {key} = {as_list(model, fault)}"
    if kind in TABLES:
        return f"must be a table; write [{shown(fault['loc'])}] and its keys below"
    if kind == "string_type":
        return f"must be a text in quotes, such as {key} = {LISTED if in_list(fault) else QUOTED}"
    said = fault["msg"].removeprefix("Value error, ")
    return said if kind == "value_error" else f"{said} ({meaning(model, fault['loc'])})"


def in_list(fault: ErrorDetails) -> bool:
    """Whether a fault is about one value of a list."""
    return isinstance(fault["loc"][-1], int)


def choices(fault: ErrorDetails) -> list[str]:
    """The permitted values of a setting; `standin` is left out, since the embedded target has no file."""
    return [each for each in re.findall(r"'([^']*)'", str(fault.get("ctx", {}).get("expected"))) if each != STANDIN]


def as_list(model: type[Target], fault: ErrorDetails) -> str:
    """The given value as a TOML list of one; for a secret a placeholder."""
    given = fault["input"]
    plain = isinstance(given, str | int | float) and fault["loc"][0] not in secret_fields(model)
    return f"[{json.dumps(given)}]" if plain else LISTED


def meaning(model: type[Target], place: Place) -> str:
    """The description of the key at *place* in its model."""
    owner = table_at(model, place[:-1])
    field = owner.model_fields.get(str(place[-1])) if owner else None
    return (field.description if field else None) or "see `rollout schema --target`"


def quoted(key: str) -> str:
    """A key in TOML syntax."""
    return key if BARE.fullmatch(key) else json.dumps(key)


def shown(place: Place) -> str:
    """A place in TOML syntax, without the position in a list."""
    return ".".join(str(step) for step in place if isinstance(step, str))
