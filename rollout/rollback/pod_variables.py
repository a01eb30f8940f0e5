"""
The variables of the containers in a deployment or a replica set, and whether going from one to the other brings users back.
"""

import re
from collections.abc import Mapping
from typing import Any

SHARE = re.compile(r"\d{1,3}(\.\d+)?")  # of users, in percent
Document = Mapping[str, Any]


def variables_of(document: Document) -> list[dict[str, str | None]]:
    """The variables of each container of a deployment or replica set; None for a value from a reference."""
    containers = document["spec"]["template"]["spec"].get("containers", [])
    return [{each["name"]: each.get("value") for each in one.get("env", [])} for one in containers]


def told_by(document: Document) -> dict[str, str]:
    """Each variable of the containers with its values, in words."""
    found: dict[str, dict[str, None]] = {}
    for variables in variables_of(document):
        for name, value in variables.items():
            found.setdefault(name, {})[value if value is not None else "from a reference"] = None
    return {name: " or ".join(values) for name, values in found.items()}


def shares_of(document: Document, variable: str) -> list[float]:
    """The share of users in a *variable* of each container that has it, in percent; empty where one is no number."""
    told = [variables[variable] or "" for variables in variables_of(document) if variable in variables]
    return [float(value) for value in told] if all(map(SHARE.fullmatch, told)) else []


def share_raised(now: Document, then: Document, revision: int, variable: str) -> str:
    """Why *then*, the *revision* of that number, has a higher share of users in a *variable* than *now*; empty unless both tell theirs."""
    present, kept = shares_of(now, variable), shares_of(then, variable)
    if not present or not kept or max(kept) <= min(present):
        return ""
    told = f"{variable} is {min(present):g} % now and {max(kept):g} % in revision {revision}"
    return f"{told}, and a rollback never raises that"


def turned_on(now: Document, then: Document, revision: int, off: Mapping[str, str]) -> str:
    """Why *then*, the *revision* of that number, has a variable on that is *off* in every container *now*; empty where it has none."""
    present, kept = told_by(now), told_by(then)
    for name, value in off.items():
        if present.get(name, value) == value != kept.get(name, value):
            told = f"{name} is {present.get(name, 'not set')} now and {kept[name]} in revision {revision}"
            return f"{told}, and a rollback never turns it on"
    return ""


def turned_on_since(before: Document, now: Document, off: Mapping[str, str]) -> dict[str, str]:
    """The variables of *off* that are on *now* and were off *before*, each with its value of off."""
    then, present = told_by(before), told_by(now)
    return {name: value for name, value in off.items() if then.get(name) == value != present.get(name, value)}
