"""Headers of an answer, taken apart."""


def directives(value: str) -> dict[str, str]:
    """`public, max-age=60` or `max-age=60; includeSubDomains` by name; one without a value has an empty one."""
    parts = (part.strip().partition("=") for part in value.replace(";", ",").split(",") if part.strip())
    return {name.strip().lower(): given.strip().strip('"') for name, _, given in parts}
