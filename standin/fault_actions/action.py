"""The action of a fault."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from standin.state_file import State

Params = Mapping[str, Any]
Step = Callable[[State, Params], None]


@dataclass(frozen=True)
class FaultAction:
    """*on* causes the fault, *off* removes it; both may be called twice."""

    on: Step
    off: Step
