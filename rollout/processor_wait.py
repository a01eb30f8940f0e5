"""How long this process was kept from a processor: what it measures then may be its own lateness."""

from pathlib import Path

SCHEDSTAT = Path("/proc/self/schedstat")  # time on a processor, time waited for one, both in nanoseconds


def waited_s() -> float | None:
    """Seconds that the first thread of this process has waited for a processor; None where no kernel tells."""
    try:
        return int(SCHEDSTAT.read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return None
