"""Read a large ledger on two cores: a second process reads half of the journals."""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from rollout.evidence.reader import Stamp, read_anew, read_run, remember, remembered_run
from rollout.evidence.recorded_run import Run
from rollout.parent_death import die_with

LARGE = 1 << 26  # bytes; below that the start of a second process costs more than it saves
SHARE = 0.54  # of the bytes: load runs are read faster than the many small records that stay here


def read_runs(files: Sequence[Path]) -> list[Run]:
    """Each of *files* as read_run reads it, in their order; a second process reads half of a large ledger meanwhile."""
    apart = second_half([file for file in files if remembered_run(file) is None])
    if not apart:
        return [read_run(file) for file in files]
    with uncollected(), TemporaryFile() as answer, reader_of(apart, answer) as process:
        found = {file: read_run(file) for file in files if file not in apart}
        process.wait()
        found |= received(apart, answer)
    return [found.get(file) or read_run(file) for file in files]  # what the other process failed to read is read here


def second_half(files: Sequence[Path]) -> dict[Path, Stamp]:
    """
    Those of *files* that a second process reads: about half of the bytes; none of a small ledger or on one core.

    It reads the largest: those of load runs, whose answer is small beside the file.
    """
    try:
        stamps = {file: Stamp.of(file) for file in files}
    except OSError:  # read_run says why
        return {}
    total = sum(stamp.size for stamp in stamps.values())
    if total < LARGE or (os.cpu_count() or 1) < 2:
        return {}
    largest_first = sorted(stamps, key=lambda file: -stamps[file].size)
    ends = accumulate(stamps[file].size for file in largest_first)
    return {file: stamps[file] for file, end in zip(largest_first, ends, strict=True) if end <= SHARE * total}


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector off the block and the objects made in it: it would scan a million records in vain."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if searched:
            gc.enable()


@contextmanager
def reader_of(files: Iterable[Path], answer: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that reads *files* and writes their runs to *answer*; it ends with the block, and with this process."""
    command = (sys.executable, "-c", f"from {__name__} import main; main({os.getpid()})")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answer) as process:
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError), process.stdin as names:
                pickle.dump(list(files), names)
            yield process
        finally:
            process.kill()


def received(files: dict[Path, Stamp], answer: IO[bytes]) -> dict[Path, Run]:
    """The runs of *files* in an *answer*, up to its end; each is remembered as if this process had read it."""
    answer.seek(0)
    found = {}
    with suppress(EOFError, pickle.UnpicklingError):
        for file, stamp in files.items():
            found[file] = pickle.load(answer)
            remember(file, stamp, found[file])
    return found


def main(parent: int) -> None:
    """Read the journals named on stdin, in order, and write their runs to stdout."""
    die_with(parent)
    gc.disable()
    for file in pickle.load(sys.stdin.buffer):
        pickle.dump(read_anew(file), sys.stdout.buffer)
