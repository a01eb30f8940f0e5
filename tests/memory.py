"""The most memory that a process had, and not that of the one which started it."""

import resource
from pathlib import Path


def peak_mb(pid: int | str = "self") -> float:
    """
    The most memory of a running process in MB, 0 where it is gone.

    `getrusage` counts what its parent had when it was started, too; it is asked where no kernel tells more, and of this
    process only.
    """
    if not Path("/proc/self/status").exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0.0)
