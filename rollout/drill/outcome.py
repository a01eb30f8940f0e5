"""How a drill ends: it passed, it failed, or nobody can tell."""

from dataclasses import dataclass, field


class Failed(Exception):
    """What was exercised does not work: the words say what does not hold."""


class CannotTell(Exception):
    """The drill itself could not go on, which says nothing about what it exercises: reason and way out in the words."""


@dataclass(frozen=True)
class Passed:
    """What was exercised works: the *reason* to believe it, the *value* that counts, and what was counted."""

    reason: str
    value: str
    counts: dict[str, int] = field(default_factory=dict)
