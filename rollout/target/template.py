"""A target file to begin with: every setting of the model, said in a comment and commented out unless it is given."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rollout.target.secret_fields import secret_fields, variable
from rollout.target.settings import Target

HEAD = """# A target of `rollout`. Secrets come from the environment: {secrets}
# What each setting buys: docs/settings.md. Then: rollout target check NAME, rollout doctor --target NAME
"""


def template(model: type[Target], given: Mapping[str, str]) -> str:
    """The text of a new file; tables stand at its end, as TOML wants it."""
    secrets = secret_fields(model)
    named = ", ".join(variable(model, name) for name in model.model_fields if name in secrets)
    names = [name for name in model.model_fields if name not in secrets and name != "name"]
    return HEAD.format(secrets=named) + "\n" + "\n".join(line for name in names for line in lines(model, name, given))


def lines(model: type[Target], name: str, given: Mapping[str, str]) -> Iterator[str]:
    """The lines of one setting."""
    field = model.model_fields[name]
    yield f"# {field.description}"
    if name in given:
        yield f"{name} = {json.dumps(given[name])}\n"
    else:
        yield f"# {name} = {shown(field.default)}\n"


def shown(default: Any) -> str:
    """A default as TOML, where it can be written so."""
    if isinstance(default, str | int | float | bool):
        return json.dumps(default)
    return json.dumps(list(default)) if isinstance(default, tuple | frozenset) and default else "…"
