"""One line a second for whoever waits."""

from rollout.load.recorder import Recorder
from rollout.load.setup import Setup


def line(setup: Setup, recorder: Recorder, first: int | None, second: int, outlook: str = "") -> str:
    """Where the run is: `load 12/60 s  240 requests  0 errors  p95 41 ms  365 more slices for error-rate`."""
    hold_s = int(setup.hold_s or 0)
    done = 0 if first is None else min(max(0, second - first), hold_s)
    slow = recorder.display_ms(0.95)
    shown = "-" if slow is None else f"{slow:.0f}"
    return f"load {done}/{hold_s} s  {recorder.requests} requests  {recorder.errors} errors  p95 {shown} ms{f'  {outlook}' if outlook else ''}"
