"""The base of every line of a journal: a record with its moment, made of numbers and words within bounds."""

import time
from typing import Annotated, TypeVar

import msgspec

MOST = 10**12  # of anything counted: sums over a ledger stay below what 64 bits hold
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=MOST)]
Counted = Annotated[float, msgspec.Meta(ge=-MOST, le=MOST)]  # a part of a sum: an arrival taken back is -1
Positive = Annotated[float, msgspec.Meta(gt=0, le=MOST)]
LAST_MOMENT = 253_402_300_799  # the end of the year 9999
Moment = Annotated[float, msgspec.Meta(ge=0, le=LAST_MOMENT)]  # seconds since the epoch
Interval = Annotated[float, msgspec.Meta(ge=0.001, le=86_400)]
Answers = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Scalar = str | bool | int | float
Pair = tuple[Amount | None, Amount | None]


class Unreadable(ValueError):
    """A line that no producer of this version writes; the message names the kind and the field."""


class Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """
    One line of a journal; *t* is the moment in seconds since the epoch.

    A field without a default is always written; one with a default is left out where it has that value, as in journals
    that were written before the field existed. Fields that a model does not have are ignored when a journal is read.
    """

    t: Moment = msgspec.field(default_factory=time.time)

    @property
    def happened(self) -> float:
        """The moment of the event in the record; evidence ages by it, and not by the beginning of its run."""
        return self.t


class OfSecond(Record, frozen=True):
    """A record about one *second* since the epoch, written when that was over."""

    second: Count

    @property
    def happened(self) -> float:
        """The second itself."""
        return float(self.second)


RecordKind = TypeVar("RecordKind", bound=Record)
