"""Read the numbers of stored rows from the answer to an import: the API publishes the counts, but not their names."""

from collections.abc import Mapping
from typing import Any


def counted(said: Mapping[str, Any], what: str) -> Any:
    """The number of rows of the kind *what*; None if the answer has it under no known name."""
    nested = next((said[key] for key in ("statistics", "counts") if isinstance(said.get(key), dict)), said)
    names = (what, f"total_{what}", f"imported_{what}", f"{what}_imported")
    return next((nested[name] for name in names if name in nested), None)
