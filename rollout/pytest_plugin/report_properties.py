"""Properties of a test or of its report: look one up by name, and tell which can be written down."""

from collections.abc import Iterable
from typing import Any


def property_of(properties: Iterable[tuple[str, object]], name: str) -> Any:
    """The value of the first of *properties* called *name*; None if there is none."""
    return next((value for found, value in properties if found == name), None)


def is_plain(value: object) -> bool:
    """Whether a measurement can be written to a journal: text, bool, or a finite number."""
    return isinstance(value, str | bool | int) or (isinstance(value, float) and value - value == 0)
