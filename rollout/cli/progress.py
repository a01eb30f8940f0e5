"""Show the progress of the gate: a live line on a terminal, plain lines elsewhere."""

from rich.console import Console
from rich.markup import escape
from rich.status import Status


class Progress:
    """One status line per stage; in a pipe each stage prints its beginning, failures and end."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._status: Status | None = None
        self._title = ""

    def begin(self, stage: str, position: int, total: int) -> None:
        """A stage starts."""
        self._title = f"[{position}/{total}] {stage}"
        if self._out.is_terminal:
            self._status = self._out.status(escape(self._title))
            self._status.start()
        else:
            self._out.print(f"{self._title} …", markup=False)

    def tell(self, stage: str, line: str) -> None:
        """Show a line of a stage's output; failures stay on the screen."""
        if line.startswith(("FAILED", "ERROR", "error:", "load:", "INTERNALERROR> OSError")):
            self._out.print(f"      {stage}: {line}", markup=False, style="red")
        elif self._status is not None:
            room = max(20, self._out.width - len(self._title) - 8)
            self._status.update(escape(f"{self._title}  {line[:room]}"))

    def end(self, stage: str, exit_code: int, seconds: float) -> None:
        """A stage is over."""
        if self._status is not None:
            self._status.stop()
            self._status = None
        told = "" if exit_code == 0 else f" (exit {exit_code})"
        self._out.print(f"{self._title} done in {seconds:.1f} s{told}", markup=False)
