"""Types shared by the plan and the settings of a target: frozen models without unknown keys, and durations with units."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}
KIB, MIB = 1 << 10, 1 << 20
LARGEST_ANSWER = 5 * MIB  # of one answer of a target, in unpacked bytes: checks and load users read no more
SHORTEST_S, LONGEST_S = 0.001, 100 * 52 * 604_800  # the resolution of times in a journal, and about a century
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d|w)")


TEXT, TABLE = "<text>", "<table>"  # forms of a value that has both: steps in the place of an error, never keys


def form_of(value: object) -> str:
    """Whether a value that may be a text or a table is meant as one or the other: its errors are those of one form."""
    return TEXT if isinstance(value, str) else TABLE


class Part(BaseModel):
    """A frozen part of the plan or of a target; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def seconds(value: object) -> object:
    """Seconds of a duration such as `48h`, `30 s` or `1w`; anything else is refused with the permitted units."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(
            f"a duration needs a unit, got {value!r}; write for example '48h' (units: {', '.join(SECONDS)})"
        )
    match = DURATION.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(f"not a duration: {value!r}; write for example '48h' (units: {', '.join(SECONDS)})")
    length = float(match[1]) * SECONDS[match[2]]
    if length and not SHORTEST_S <= length <= LONGEST_S:
        raise ValueError(f"no sensible duration: {value!r}; from 1 ms to {LONGEST_S // SECONDS['w']} w")
    return length


Duration = Annotated[
    float, BeforeValidator(seconds, json_schema_input_type=str), Field(gt=0, description="a duration such as 48h")
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="lower-case words joined by hyphens")]
Environment = Literal["staging", "production"]
STANDIN = "standin"  # reserved: name and environment of the embedded target
TargetEnvironment = Literal["staging", "production", "standin"]
Sentence = Annotated[str, Field(min_length=1)]


A_FEW = 3


def some(names: Sequence[str], most: int = A_FEW, between: str = ", ") -> str:
    """The first few of *names* and how many more there are: `a, b, c and 2 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{between.join(names[:most])}{more}"


def in_full(names: Sequence[str], most: int = A_FEW) -> tuple[str, ...]:
    """All of *names* if `some` leaves one out, for a list that can be unfolded; else empty."""
    return tuple(names) if len(names) > most else ()


def numbered(number: int, one: str, more: str) -> str:
    """A number with the word, or words, for one or for any other number: `1 criterion waits`, `2 criteria wait`."""
    return f"{number} {one if number == 1 else more}"


def as_moment(seconds: float) -> str:
    """Seconds since the epoch as date and time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def as_number(number: float, digits: int = 6) -> str:
    """A number with so many digits that matter, in figures and without a power of ten: `1,234,568`, `1000`, `12.3`, `0.00012`."""
    if not isfinite(number):
        return f"{number:g}"
    return f"{number:,.0f}" if abs(number) >= 10**digits else f"{Decimal(f'{number:.{digits}g}'):f}"


def as_size(size: int) -> str:
    """Bytes as text in KiB or MiB (1 MiB = 1024 KiB = 1,048,576 bytes)."""
    return f"{size / MIB:g} MiB" if size >= MIB else f"{size / KIB:g} KiB"


def as_taken(duration_s: float) -> str:
    """Seconds that something took, to the millisecond as records keep them: fewer digits can hide the side of a limit."""
    return f"{duration_s:.3f} s"


def as_text(duration_s: float) -> str:
    """Seconds as text in the largest unit that divides them, `48 h` rather than `2 d`, `60 s` rather than `1 min`."""
    for unit, least in (("w", 1), ("h", 1), ("min", 2)):
        size = SECONDS[unit]
        if duration_s >= least * size and duration_s % size == 0:
            return f"{duration_s / size:g} {unit}"
    return f"{duration_s:g} s"
