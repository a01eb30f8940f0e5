"""Which workers generate the load, and which are lost: a run that lost a worker proves nothing."""

from dataclasses import dataclass, field

from rollout.evidence.records import LoadWorkers

SILENT_S = 4.0  # four reports


@dataclass
class WorkerRegistry:
    """
    The workers of a run; *expected* of them have to be there from its start to its end.

    *heard* is when each worker reported last. A worker is lost for good: coming back does not bring back what it did
    not count.
    """

    expected: int
    heard: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    written: tuple[int, int, int] | None = None

    def hear(self, worker: str, now: float) -> None:
        """Note that a worker reported."""
        self.heard[worker] = now

    def lose_silent(self, now: float) -> None:
        """Count every worker as lost that did not report for some seconds."""
        for worker, at in self.heard.items():
            if now - at > SILENT_S:
                self.lose(worker)

    def changed(self, now: float) -> LoadWorkers | None:
        """The record about the workers, None where nothing changed since the last one."""
        self.lose_silent(now)
        present = len([worker for worker in self.heard if worker not in self.lost])
        state = (present, self.expected, len(self.lost))
        if state == self.written:
            return None
        self.written = state
        return LoadWorkers(present=present, expected=self.expected, lost=tuple(sorted(self.lost)))

    def lose(self, worker: str) -> None:
        """Count a worker, or some of its evidence, as lost."""
        if worker not in self.lost:
            self.lost.append(worker)
