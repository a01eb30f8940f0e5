"""Show the progress of a drill: a bar with rate and time left on a terminal, a line for each step elsewhere."""

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from rollout.values import MIB


class Rate(ProgressColumn):
    """A column with the amount done and the rate per second."""

    def render(self, task: Task) -> Text:
        """Amount and rate in MiB; empty before the first byte."""
        speed = task.finished_speed or task.speed
        done = f"{task.completed / MIB:,.1f} MiB" if task.completed else ""
        return Text(f"{done} {speed / MIB:,.1f} MiB/s" if done and speed else done)


class DrillProgress:
    """One bar at a time, for the current step."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._bars: Progress | None = None
        self._bar = TaskID(0)

    def begin(self, step: str) -> None:
        """A step begins."""
        if self._out.is_terminal:
            columns = (TextColumn("{task.description}", markup=False), BarColumn(), Rate(), TimeRemainingColumn())
            self._bars = Progress(*columns, console=self._out, transient=True)
            self._bar = self._bars.add_task(step, total=None)
            self._bars.start()

    def went(self, done: int, total: int | None) -> None:
        """Show *done* bytes of about *total*."""
        if self._bars is not None:
            self._bars.update(self._bar, completed=done if total is None else min(done, total), total=total)

    def end(self, step: str, seconds: float) -> None:
        """A step is over."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
        self._out.print(f"{step} took {seconds:.1f} s", markup=False)
