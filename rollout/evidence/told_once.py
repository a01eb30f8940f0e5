"""A journal tells each record once: what stands there again is left out, and said."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

import msgspec
import numpy as np

from rollout.arrays import Floats
from rollout.evidence.records import LoadOffline, LoadRefused, Record, RecordKind


class ToldOnce:
    """Finds what a journal tells a second time; *again* are the kinds of those records, each with how often."""

    def __init__(self) -> None:
        self.again: Counter[str] = Counter()
        self._known: set[int] = set()

    def is_new(self, record: Record) -> bool:
        """Whether no record before it has the same time and content."""
        key = hash(msgspec.json.encode(record))
        if key in self._known:
            self.repeat(record)
            return False
        self._known.add(key)
        return True

    def repeat(self, record: Record) -> None:
        """Note a record that stands there again."""
        self.again[str(record.__struct_config__.tag)] += 1

    def first_ones(self, records: Iterable[RecordKind]) -> Iterator[RecordKind]:
        """Those of *records* that are new."""
        return (record for record in records if self.is_new(record))

    def within_seconds(self, records: Iterable[Record], written: Callable[[int], int]) -> list[Record]:
        """
        The *records* of a load without parts of sums that are not there; *written* counts the sums of each second.

        What the rate limiter refused, and what a worker counted without a link, is part of the sums of its second and
        is written with them: there are never more such records of a second than there are of its sums.
        """
        seen: Counter[Hashable] = Counter()
        kept = []
        for record in records:
            if (part := part_of_sums(record)) is not None:
                seen[part] += 1
                if seen[part] > max(1, written(part[-1])):
                    self.repeat(record)
                    continue
            kept.append(record)
        return kept

    def said(self) -> str:
        """What is told again, in words; empty where nothing is."""
        return ", ".join(f"{count} {kind}" for kind, count in sorted(self.again.items()))


def part_of_sums(record: Record) -> tuple[str, int] | None:
    """Whose part of the sums of which second a record tells; None if it tells none."""
    if isinstance(record, LoadRefused):
        return "", record.second
    if isinstance(record, LoadOffline) and record.names is not None:
        return record.worker, record.second
    return None


def share_a_time(times: Sequence[float] | Floats) -> bool:
    """Whether some of the *times* are equal: only then can records be, and in the journal of a run hardly two are."""
    return bool((np.diff(np.sort(times)) == 0).any())
