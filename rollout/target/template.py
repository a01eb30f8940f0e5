"""The template of a target file: every setting of the model with its description, commented out unless it is given."""

import json
from collections.abc import Iterator, Mapping

from pydantic.fields import FieldInfo

from rollout.target.forms import example, form, is_table, table_of, toml
from rollout.target.secret_fields import secret_fields, variable
from rollout.target.settings import Target

HEAD = """# A target of `rollout`. Secrets come from the environment: {secrets}
# What each setting buys: docs/settings.md. Then: rollout target check NAME, rollout doctor --target NAME
# A line that is commented out shows the default, or the form where there is none.
"""


def template(model: type[Target], given: Mapping[str, str]) -> str:
    """The text of a new file; tables come last, as TOML requires."""
    secrets = secret_fields(model)
    named = ", ".join(variable(model, name) for name in model.model_fields if name in secrets)
    fields = {name: each for name, each in model.model_fields.items() if name not in secrets and name != "name"}
    plain = [line for name, field in fields.items() if not is_table(field) for line in lines(name, field, given)]
    tables = [line for name, field in fields.items() if is_table(field) for line in table(name, field)]
    return "\n".join((HEAD.format(secrets=named), *plain, *tables))


def lines(name: str, field: FieldInfo, given: Mapping[str, str]) -> Iterator[str]:
    """The description, form and value of one setting."""
    yield f"# {field.description} ({form(field)})"
    yield f"{name} = {json.dumps(given[name])}\n" if name in given else f"# {name} = {example(field)}\n"


def table(name: str, field: FieldInfo) -> Iterator[str]:
    """The description of one table, and a line for each of its keys; a table with free keys gets one example."""
    yield f"# {field.description}"
    yield f"# [{name}]"
    if model := table_of(field):
        for key, each in model.model_fields.items():
            yield f"# {key} = {example(each)}  # {each.description} ({form(each)})"
    else:
        for key, value in (field.examples or [{}])[0].items():
            yield f"# {json.dumps(key, ensure_ascii=False)} = {toml(value)}"
    yield ""
