"""Load a target: settings from its file in targets/, secrets from the environment, nothing from elsewhere."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rollout.bounded_text import text_of, toml_of
from rollout.misspelt import told_once
from rollout.nearest import nearest, unknown
from rollout.target.complaints import complaint
from rollout.target.secret_fields import secret_fields, variable
from rollout.target.secret_values import KNOWN, secrets_of
from rollout.target.settings import RUN_VARIABLES, Target, TargetError
from rollout.values import STANDIN

NAME = re.compile(r"\w[\w.-]*")


def named_target(model: type[Target], name: str, folder: Path) -> Target:
    """The target of `<name>.toml` in *folder*; TargetError with one line for each fault, without any secret."""
    refuse_variables(model, name, os.environ)
    found = validated(model, f"targets/{name}.toml", {**file_facts(model, name, folder), **secrets(model, os.environ)})
    if STANDIN in (found.environment, found.name, name):
        raise TargetError(
            f"target {name!r}: `standin` is reserved for the embedded target, which is no file in targets/"
        )
    return found


def validated(model: type[Target], where: str, facts: Mapping[str, Any]) -> Target:
    """
    A *model* with the *facts* from *where*; its secrets are hidden from now on.

    TargetError with one line for each fault, without any secret.
    """
    try:
        found = model(**facts)
    except ValidationError as error:
        faults = [complaint(model, fault) for fault in told_once(model, error.errors())]
        raise TargetError("\n".join(f"{where}: {fault}" for fault in faults)) from None
    KNOWN.learn(secrets_of(found))
    return found


def file_facts(model: type[Target], name: str, folder: Path) -> dict[str, Any]:
    """The settings in the file; TargetError if a secret is among them."""
    path = folder / f"{plain_name(name)}.toml"
    where = f"targets/{path.name}"
    if not path.exists():
        raise unknown_target(name, folder)
    try:
        facts = toml_of(text_of(path))
    except ValueError as error:
        raise TargetError(f"{where}: is not TOML: {error}") from error
    for key in facts:
        if key in secret_fields(model):
            raise TargetError(f"{where}: {key} is a secret; set {variable(model, key)} in the environment instead")
    if "name" in facts:
        raise TargetError(f"{where}: name: a target is called as its file; take the key out")
    return {"name": name, **facts}


def plain_name(name: str) -> str:
    """The name of a target, unchanged; TargetError for a path or an empty name (an unset variable is not the stand-in)."""
    if not name.strip():
        raise TargetError(
            "--target is empty; name a file in targets/, or leave the option out for the embedded stand-in"
        )
    if not NAME.fullmatch(name):
        raise TargetError(f"--target {name!r} is no name; it is that of a file in targets/, without folder and .toml")
    return name


def unknown_target(name: str, folder: Path) -> TargetError:
    """The error for an unknown target, with the nearest name."""
    return TargetError(f"{unknown('target', name, there(folder))} (targets are files in targets/)")


def there(folder: Path) -> list[str]:
    """The names of the targets in *folder*."""
    return sorted(file.stem for file in folder.glob("*.toml"))


def secrets(model: type[Target], environment: Mapping[str, str]) -> dict[str, str]:
    """The secrets of a named target from the environment; an empty variable counts as unset."""
    variables = {name: variable(model, name) for name in secret_fields(model)}
    return {name: environment[each] for name, each in variables.items() if environment.get(each)}


def refuse_variables(model: type[Target], target: str, environment: Mapping[str, str] = os.environ) -> None:
    """
    Raise TargetError for a variable with the prefix of *model* that is no secret of a target.

    Addresses and permissions come from the file of the *target* only: a variable left over in a shell must not redirect
    requests to another system.
    """
    prefix = model.prefix
    known = {variable(model, name) for name in secret_fields(model)} | RUN_VARIABLES
    facts = {each: name for name in model.model_fields if (each := variable(model, name)) not in known}
    file = "the target's file in targets/" if target == STANDIN else f"targets/{target}.toml"
    for name in (name for name in environment if name.startswith(prefix) and name not in known):
        if name in facts:
            raise TargetError(
                f"{name} is set, but the environment gives secrets only: set {facts[name]} in {file}, unset {name}"
            )
        near = nearest(name, (*known, *facts))
        meant = f"did you mean {facts[near]} in {file}?" if near in facts else ""
        raise TargetError(
            f"no setting {name!r}; {meant}" if meant else f"{unknown('secret', name, sorted(known))} (environment)"
        )
