"""The records of the monitor: the samples of each of its rounds."""

import msgspec

from rollout.evidence.records.record import Amount, Count, Moment, Record


class Requests(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    Requests of users since the sample before: *n* in all, *failed* ones, and *over*: milliseconds → slower ones.

    A source fills *over* for every bucket edge that it has, without the limits of the plan. A slow request may have
    failed too.
    """

    n: Count
    failed: Count
    over: dict[str, Count] = msgspec.field(default_factory=dict)


class Sample(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One metric at one moment: a *value* with its *text*, or an *error* in its place.

    *requests* are the counts behind a value about users' traffic.
    """

    value: float | None = None
    text: str = ""
    error: str = ""
    used: float | None = None
    capacity: float | None = None
    requests: Requests | None = None


class Slot(Record, frozen=True, tag="slot"):
    """
    One round of the monitor, planned for *due* (seconds since the epoch): samples by metric name.

    *late_s* is how long the monitor itself was kept from a processor, before the round and in it; None in older
    journals. *target_waited_percent* is the share of the time since the round before in which a target on this machine
    could run and got no processor.
    """

    due: Moment
    number: Count
    samples: dict[str, Sample]
    late_s: Amount | None = None
    target_waited_percent: Amount | None = None

    @property
    def happened(self) -> float:
        """When the round was due."""
        return self.due
