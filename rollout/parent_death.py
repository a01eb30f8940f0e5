"""End with one's parent: what a killed process started must not go on sending requests."""

import ctypes
import os
import sys
from signal import SIGKILL

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before any fork


def die_with(parent: int) -> None:
    """
    Let the kernel kill this process when *parent*, which started it, is gone, however that happens; Linux only.

    Called in the child. A parent that is gone already ends it at once.
    """
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        os._exit(-SIGKILL % 256)
