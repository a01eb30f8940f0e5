"""Headers of an answer, taken apart."""


def directives(value: str) -> dict[str, str]:
    """`public, max-age=60` or `max-age=60; includeSubDomains` by name; one without a value has an empty one."""
    parts = (part.strip().partition("=") for part in value.replace(";", ",").split(",") if part.strip())
    return {name.strip().lower(): given.strip().strip('"') for name, _, given in parts}


def seconds(said: dict[str, str], *names: str) -> int:
    """The first of *names* that is a number of seconds; 0 where none is."""
    return next((int(said[name]) for name in names if said.get(name, "").isdecimal()), 0)
