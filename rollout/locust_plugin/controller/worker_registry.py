"""The present and the lost workers of a run: a run that lost a worker proves nothing."""

from dataclasses import dataclass, field

from rollout.evidence.records import LoadWorkers

SILENT_S = 4.0  # four reports


@dataclass
class WorkerRegistry:
    """
    The workers of a run; *expected* of them must be present from its start to its end.

    *heard* is the time of each worker's last report, in seconds since the epoch. A lost worker stays lost: its return
    does not restore the missing counts.
    """

    expected: int
    heard: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    written: tuple[int, int, int] | None = None

    def hear(self, worker: str, now: float) -> None:
        """Note that a worker reported."""
        self.heard[worker] = now

    def lose_silent(self, now: float) -> None:
        """Count every worker as lost whose last report is older than SILENT_S."""
        for worker, at in self.heard.items():
            if now - at > SILENT_S:
                self.lose(worker)

    def changed(self, now: float) -> LoadWorkers | None:
        """The record about the workers; None if nothing changed since the last one."""
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
