"""Show the progress of a drill: one bar that moves on a terminal, lines elsewhere."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from rollout.values import MIB

BAR = 16  # columns, so that a line fits into 80
EVERY_S = 30.0  # seconds between two lines about the same step, where there is no bar


class SoFar(ProgressColumn):
    """A column with the amount done, its rate, and the time that is left or passed."""

    def render(self, task: Task) -> Text:
        """The column in one line, however narrow the terminal is."""
        return Text(so_far(task), no_wrap=True, overflow="ellipsis")


class DrillProgress:
    """
    The current step: on a terminal as a bar.

    Elsewhere as a line when it begins, and one every `EVERY_S` seconds while it tells its progress.
    """

    def __init__(self, out: Console) -> None:
        self._out = out
        self._bars: Progress | None = None
        self._told = 0.0

    def begin(self, step: str) -> None:
        """A step begins."""
        name = TextColumn("{task.description}", markup=False)
        columns, hidden = (name, BarColumn(BAR), SoFar()), not self._out.is_terminal
        self._bars = Progress(*columns, console=self._out, transient=True, disable=hidden)
        self._bars.add_task(step, total=None)
        self._bars.start()
        self._told = time.monotonic()
        if not self._out.is_terminal:
            self._out.print(f"{step} …", markup=False)

    def went(self, done: int, total: int | None) -> None:
        """Show *done* bytes of about *total*."""
        if self._bars is None:
            return
        (task,) = self._bars.tasks
        self._bars.update(task.id, completed=done if total is None else min(done, total), total=total)
        if not self._out.is_terminal and time.monotonic() - self._told >= EVERY_S:
            self._told = time.monotonic()
            self._out.print(f"{task.description}: {so_far(task)}", markup=False)

    def end(self, step: str, seconds: float) -> None:
        """A step is over."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
        self._out.print(f"{step} took {seconds:.1f} s", markup=False)


def so_far(task: Task) -> str:
    """How far a step is, in words; only the time that passed where it does not tell its progress."""
    speed, left = task.finished_speed or task.speed, task.time_remaining if task.total else None
    said = [amount(task), f"{speed / MIB:,.1f} MiB/s" if task.completed and speed else ""]
    said.append(f"{task.elapsed or 0:.0f} s" if left is None else f"{left:.0f} s left")
    return ", ".join(filter(None, said))


def amount(task: Task) -> str:
    """How much is done: of a known total as a share; empty before the first byte."""
    if task.total:
        return f"{task.percentage:.0f} % of {task.total / MIB:,.1f} MiB"
    return f"{task.completed / MIB:,.1f} MiB" if task.completed else ""
