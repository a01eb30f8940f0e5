"""The pace that all people of one process keep: steady, or changing once the measured window opens."""

from dataclasses import dataclass

from rollout.plan.pace import STEADY, Steps, passed, reached


@dataclass
class Pace:
    """
    *steps* are factors of everybody's rate; before the window opens, at *opens*, the first one holds.
    """

    steps: Steps = STEADY
    opens: float | None = None

    @property
    def changes(self) -> bool:
        return len(self.steps) > 1

    def moment(self, start: float, worth: float) -> float:
        """When a schedule that began at *start* has seen *worth* seconds at full rate."""
        first = self.steps[0][1]
        due = start + worth / first
        if self.opens is None or due <= self.opens or not self.changes:
            return due
        if start < self.opens:
            return self.opens + reached(self.steps, worth - (self.opens - start) * first)
        return self.opens + reached(self.steps, passed(self.steps, start - self.opens) + worth)
