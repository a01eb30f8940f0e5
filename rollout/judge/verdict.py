"""The two scales of the product, each from best to worst, so that `max` is the answer."""

from enum import IntEnum
from typing import TypeVar


class Verdict(IntEnum):
    """Of one criterion."""

    MET = 0
    UNPROVEN = 1
    BROKEN = 2
    TRIGGERED = 3


class Outcome(IntEnum):
    """Of one phase; each follows from the worst verdict."""

    GO = 0
    HOLD = 1
    NO_GO = 2
    ROLLBACK = 3

    def __str__(self) -> str:
        return self.name.replace("_", "-")


EXIT_CODES = {Outcome.GO: 0, Outcome.NO_GO: 10, Outcome.ROLLBACK: 20, Outcome.HOLD: 30}
EXIT_OVERRIDE = 40
EXIT_CONFIGURATION = 64
EXIT_INTERNAL = 70

Scale = TypeVar("Scale", bound=IntEnum)


def named(scale: type[Scale], word: str) -> Scale:
    """The member of *scale* of that name; ValueError where there is none."""
    if word not in scale.__members__:
        raise ValueError(f"unknown {scale.__name__.lower()} {word!r}, want one of {', '.join(scale.__members__)}")
    return scale[word]
