"""The model of a fault: its name, its effect on users, and the checks that must notice it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FaultKind = Literal["flag", "process", "data"]


@dataclass(frozen=True)
class Fault:
    """*flag* faults live in the application and are switched by file; the launcher performs the other kinds."""

    name: str
    sentence: str
    breaks: tuple[str, ...]
    kind: FaultKind = "flag"
    defaults: Mapping[str, Any] = field(default_factory=dict)
