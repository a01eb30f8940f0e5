"""The settings of a target that are secrets, and their environment variables."""

from typing import get_args

from pydantic import SecretStr

from rollout.target.settings import Target


def variable(model: type[Target], setting: str) -> str:
    """The environment variable of a setting."""
    return f"{model.prefix}{setting.upper()}"


def secret_fields(model: type[Target]) -> set[str]:
    """The settings that are secrets."""
    return {
        name
        for name, field in model.model_fields.items()
        if SecretStr in (field.annotation, *get_args(field.annotation))
    }
