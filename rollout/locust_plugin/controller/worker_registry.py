"""Who generates the load, and who went missing: a run that lost a worker proves nothing."""

from dataclasses import dataclass, field

from rollout.evidence.records import LoadWorkers

SILENT_S = 4.0  # four reports


@dataclass
class WorkerRegistry:
    """
    The workers of a run; *expected* of them have to be there from its start to its end.

    A worker is lost for good: coming back does not bring back what it did not count.
    """

    expected: int
    heard: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    told: tuple[int, int, int] | None = None

    def hear(self, worker: str, now: float) -> None:
        """A worker reported."""
        self.heard[worker] = now

    def look(self, now: float) -> LoadWorkers | None:
        """The record about the workers if anything changed since the last look."""
        for worker, at in self.heard.items():
            if now - at > SILENT_S:
                self.lose(worker)
        present = len([worker for worker in self.heard if worker not in self.lost])
        state = (present, self.expected, len(self.lost))
        if state == self.told:
            return None
        self.told = state
        return LoadWorkers(present=present, expected=self.expected, lost=tuple(sorted(self.lost)))

    def lose(self, worker: str) -> None:
        """A worker is gone, or its evidence is."""
        if worker not in self.lost:
            self.lost.append(worker)
