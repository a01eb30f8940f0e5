"""Child processes that end with their parent: after a kill of the parent none goes on sending requests."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from signal import SIG_BLOCK, SIG_SETMASK, SIGINT, SIGKILL, SIGTERM, pthread_sigmask
from typing import Any

ENDING = (SIGINT, SIGTERM)
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before any fork


def started(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """
    A process that ends with this one; *options* are those of Popen.

    SIGINT and SIGTERM are blocked during the start: an exception raised within a fork would be lost.
    """
    before = pthread_sigmask(SIG_BLOCK, ENDING)
    try:
        return subprocess.Popen(command, preexec_fn=partial(prepare, os.getpid(), before), **options)
    finally:
        pthread_sigmask(SIG_SETMASK, before)


def prepare(parent: int, mask: Iterable[int]) -> None:
    """In the child: bind its life to the *parent* and restore the parent's signal *mask*."""
    die_with(parent)
    pthread_sigmask(SIG_SETMASK, mask)


def die_with(parent: int) -> None:
    """
    Let the kernel kill this process when its *parent* process ends for any reason; on Linux only.

    Called in the child. If the parent has already ended, the child exits at once.
    """
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        os._exit(-SIGKILL % 256)
