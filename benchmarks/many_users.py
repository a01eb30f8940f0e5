"""Measure one process with many users: python -m benchmarks.many_users 100 1000 5000."""

import argparse
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.processes import HERE, LOADED, environment, loadable, server
from benchmarks.run_figures import answered_per_second, journal
from rollout.evidence.records import LoadGenerator, LoadSecond, LoadWindow

SECONDS = 20


@dataclass(frozen=True)
class ManyUsers:
    """The figures of one run with *users* users, each acting six times a minute."""

    users: int
    per_second: float
    cpu_percent: float
    late_percent: float
    peak_mb: float


def measured(users: int) -> ManyUsers:
    """Measure a run of one process with *users* users."""
    with server() as served, TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "locust", "-f", str(HERE / "ours.py"), "--headless", "--target", LOADED]
        command += ["--plan", str(HERE / "plan.toml"), "--phase", "crowd", "--release", "r", "--journals", folder]
        command += ["--early-stop", "never", "-t", f"{SECONDS}s", "-u", str(users), "-r", str(min(users, 1000))]
        with subprocess.Popen(
            command,
            cwd=loadable(Path(folder), served.url),
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            peak_mb = peak(psutil.Process(process.pid))
        run = journal(Path(folder))
    window = next(run.of(LoadWindow))
    rows = [row for record in run.of(LoadSecond) for row in record.rows().values()]
    busy = [each.cpu_percent for each in run.of(LoadGenerator) if each.second > window.first]
    late = 100 * sum(row.late for row in rows) / max(1, sum(row.n for row in rows))
    return ManyUsers(users, answered_per_second(run), sum(busy) / len(busy), late, peak_mb)


def peak(process: psutil.Process) -> float:
    """The peak memory of a process until its end, in megabytes."""
    highest, pause = 0, threading.Event()
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        highest = max(highest, process.memory_info().rss)
        pause.wait(0.2)
    return highest / 1e6


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.many_users", description=__doc__)
    made.add_argument("users", type=int, nargs="+", metavar="USERS", help="of one run after the other")
    return made


def main() -> None:
    """Print one line for each number of users."""
    for users in parser().parse_args().users:
        print(measured(users), flush=True)


if __name__ == "__main__":
    main()
