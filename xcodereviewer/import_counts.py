"""How many rows an import says it stored: the API publishes that it counts, and not by which names."""

from collections.abc import Mapping
from typing import Any


def counted(said: Mapping[str, Any], what: str) -> Any:
    """The number of rows of the kind *what*; None where the answer does not tell it by a name that is known."""
    nested = next((said[key] for key in ("statistics", "counts") if isinstance(said.get(key), dict)), said)
    names = (what, f"total_{what}", f"imported_{what}", f"{what}_imported")
    return next((nested[name] for name in names if name in nested), None)
