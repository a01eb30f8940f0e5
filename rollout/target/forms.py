"""The form of a setting's value in words, and an example as TOML, both derived from its type."""

import json
import types
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AnyHttpUrl, BaseModel
from pydantic.fields import FieldInfo

from rollout.values import SECONDS, STANDIN, seconds

ONE = {AnyHttpUrl: "URL", str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
EXAMPLES: dict[object, object] = {AnyHttpUrl: "https://host.example", str: "…", int: 1, float: 1.0, Path: "/path/to/it"}
LISTS = (tuple, frozenset)


def form(field: FieldInfo) -> str:
    """The form of a field's value in words: `a list of URLs`."""
    kind = bare(field.annotation)
    if is_duration(field):
        return 'a duration such as "48h", in s, min, h, d or w'
    if get_origin(kind) in LISTS:
        return f"a list of {one(get_args(kind)[0])}s" if not choices(get_args(kind)[0]) else chosen(get_args(kind)[0])
    if is_table(field):
        return "a table"
    return f"one of {', '.join(choices(kind))}" if choices(kind) else f"a {one(kind)}"


def chosen(kind: Any) -> str:
    """The form of a list of permitted words."""
    return f"a list out of {', '.join(choices(kind))}"


def example(field: FieldInfo) -> str:
    """The default as TOML, else an example of the right form."""
    if field.default not in (None, (), {}, frozenset()) and not field.is_required():
        return length(field.default) if is_duration(field) else toml(field.default)
    return toml(field.examples[0] if field.examples else of_kind(bare(field.annotation)))


def of_kind(kind: Any) -> object:
    """An example value of a type."""
    if get_origin(kind) in LISTS:
        return [of_kind(get_args(kind)[0])]
    return choices(kind)[0] if choices(kind) else EXAMPLES[kind]


def is_table(field: FieldInfo) -> bool:
    """Whether the value is a TOML table."""
    return get_origin(bare(field.annotation)) is dict or table_of(field) is not None


def table_of(field: FieldInfo) -> type[BaseModel] | None:
    """The model of a table with fixed keys; None if the value is none."""
    kind = bare(field.annotation)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def is_duration(field: FieldInfo) -> bool:
    """Whether the value is a time with its unit."""
    return any(getattr(each, "func", None) is seconds for each in field.metadata)


def length(duration_s: float) -> str:
    """A duration as TOML text, in the largest of d, h, min and s that divides it."""
    unit = next(unit for unit in ("d", "h", "min", "s") if duration_s % SECONDS[unit] == 0 or unit == "s")
    return json.dumps(f"{duration_s / SECONDS[unit]:g}{unit}")


def toml(value: Any) -> str:
    """A value in TOML syntax."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{json.dumps(key)} = {toml(each)}' for key, each in value.items())} }}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return f"[{', '.join(toml(each) for each in value)}]"
    return json.dumps(value if isinstance(value, int | float) else str(value), ensure_ascii=False)


def one(kind: Any) -> str:
    """A single value in words."""
    return ONE.get(bare(kind), "text")


def choices(kind: Any) -> list[str]:
    """The permitted words of a value, without `standin`: the embedded target has no file."""
    if get_origin(kind) is Literal:
        return [each for each in get_args(kind) if each != STANDIN]
    return list(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else []


def bare(annotation: Any) -> Any:
    """A type without `None` and without pydantic's annotations."""
    if get_origin(annotation) in (Union, types.UnionType):
        return bare(next(each for each in get_args(annotation) if each is not type(None)))
    return bare(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation
