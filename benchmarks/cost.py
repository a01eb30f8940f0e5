"""Processor time per request at the same rate, of the generators in parallel, each on its own server."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.processes import HERE, LOADED, ROOT, environment, loadable, server
from rollout.target.wait import eventually

USERS = 12
PER_USER = 100
WARM_S = 6
MEASURED_S = 12


@contextmanager
def generator(folder: Path, *options: str, **more: str) -> Iterator[psutil.Process]:
    """A load generator that runs in *folder* until the block ends."""
    command = [sys.executable, "-m", "locust", "--headless", "-u", str(USERS), "-r", str(USERS), *options]
    with subprocess.Popen(
        command, cwd=folder, env=environment(**more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def cpu_ms_per_request() -> dict[str, float]:
    """Generator → processor time in ms per request after the warm-up; the servers count the requests."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        places = {name: stack.enter_context(server()) for name in ("ours", "Fast", "Usual")}
        busy = {
            "ours": stack.enter_context(generator(loadable(Path(folder), places["ours"].url), *our_options(folder)))
        }
        for kind in ("Fast", "Usual"):
            options = ("-f", str(HERE / "plain.py"), kind, "--host", places[kind].url)
            busy[kind] = stack.enter_context(generator(ROOT, *options, BENCHMARK_PER_SECOND=str(PER_USER)))
        passed(WARM_S)
        before = {name: (cpu_s(process), places[name].served()) for name, process in busy.items()}
        passed(MEASURED_S)
        after = {name: (cpu_s(process), places[name].served()) for name, process in busy.items()}
    return {name: 1000 * (after[name][0] - before[name][0]) / (after[name][1] - before[name][1]) for name in busy}


def our_options(folder: str) -> tuple[str, ...]:
    """The options of our generator with all features on."""
    return (
        *("-f", str(HERE / "ours.py"), "--target", LOADED, "--plan", str(HERE / "plan.toml"), "--phase", "flood"),
        *("--release", "r", "--journals", str(Path(folder)), "--progress", "plain", "-t", "120s"),
    )


def cpu_s(process: psutil.Process) -> float:
    """The processor time of a process so far, in seconds."""
    times = process.cpu_times()
    return float(times.user + times.system)


def passed(seconds: float) -> None:
    """Wait for *seconds*."""
    end = time.monotonic() + seconds

    def over() -> None:
        assert time.monotonic() >= end

    eventually(over, within=seconds + 5)
