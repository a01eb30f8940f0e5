"""The peak memory of a process, without that of its parent."""

import resource
from pathlib import Path


def peak_mb(pid: int | str = "self") -> float:
    """
    The peak memory of a running process in MB; 0 if it has ended.

    `getrusage` includes the memory of the parent at the start; it is the fallback without /proc, for this process only.
    """
    if not Path("/proc/self/status").exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0.0)
