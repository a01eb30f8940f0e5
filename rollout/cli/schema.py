"""`rollout schema`: the JSON Schema of plan.toml, for editors."""

import json

import typer

from rollout.plan import Plan


def schema_text() -> str:
    """The schema as it is stored in docs/plan.schema.json."""
    return json.dumps(Plan.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> int:
    """
    Print the JSON Schema of plan.toml.
    """
    typer.echo(schema_text(), nl=False)
    return 0
