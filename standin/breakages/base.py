"""What a breakage is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from standin.state import State

Params = Mapping[str, Any]
Step = Callable[[State, Params], None]


@dataclass(frozen=True)
class Breakage:
    """Two ways: break it, and make it whole again. Doing either twice is no error."""

    on: Step
    off: Step
