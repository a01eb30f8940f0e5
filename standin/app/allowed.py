"""The methods of a path, for the Allow header of a 405."""

import re
from functools import lru_cache

from fastapi import FastAPI

PARAMETER = re.compile(r"\\\{[^}]+\\\}")


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """The methods of all routes that match *path*: the router reports those of the first match only."""
    for pattern, methods in _operations(app):
        if pattern.fullmatch(path.rstrip("/") or "/"):
            return methods
    return ["GET"]


@lru_cache(maxsize=4)
def _operations(app: FastAPI) -> list[tuple[re.Pattern[str], list[str]]]:
    """Paths without parameters first, as the router tries them."""
    paths = sorted(app.openapi()["paths"].items(), key=lambda item: "{" in item[0])
    return [
        (re.compile(PARAMETER.sub("[^/]+", re.escape(path))), sorted(method.upper() for method in operations))
        for path, operations in paths
    ]
