"""Servers and generators as processes, with the processor time they took."""

import json
import os
import resource
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
LONGEST_S = 300
LOADED = "loaded"


@dataclass(frozen=True)
class Served:
    """A server of known behaviour: its URL, and the moment from which its stalls count."""

    url: str
    began: float

    def served(self) -> int:
        """The number of requests that it has answered."""
        with urllib.request.urlopen(f"{self.url}/served") as answer:
            return int(json.load(answer)["served"])


@dataclass(frozen=True)
class Ran:
    """A process that ended: its exit code, what it printed, and the processor time of it and its children."""

    code: int
    output: str
    cpu_s: float


def environment(**more: str) -> dict[str, str]:
    """The environment of this process, without variables that name another target or another load."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XCR_", "LOCUST_"))}
    return {**kept, **more}


@contextmanager
def server(*options: str) -> Iterator[Served]:
    """A server of known behaviour."""
    command = [sys.executable, "-m", "benchmarks.server", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        try:
            yield Served(**json.loads(process.stdout.readline()))
        finally:
            process.terminate()


def ran(command: Sequence[str], folder: Path = ROOT, **more: str) -> Ran:
    """Run a command to its end, in *folder*."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=folder, env=environment(**more), capture_output=True, text=True, timeout=LONGEST_S, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ran(done.returncode, done.stdout + done.stderr, cpu_s)


def loadable(folder: Path, url: str) -> Path:
    """A *folder* with a target `loaded` at *url* that allows load; a generator runs in it."""
    (folder / "targets").mkdir(parents=True, exist_ok=True)
    facts = f'environment = "staging"\nbase_url = "{url}"\nallow = ["load", "write"]\n'
    (folder / "targets" / f"{LOADED}.toml").write_text(facts, encoding="utf-8")
    return folder


def ours(url: str, journals: Path, phase: str, *options: str) -> Ran:
    """A run of our generator with all features on."""
    command = [sys.executable, "-m", "locust", "-f", str(HERE / "ours.py"), "--headless", "--target", LOADED]
    command += ["--plan", str(HERE / "plan.toml"), "--phase", phase, "--release", "r", "--journals", str(journals)]
    return ran([*command, "--progress", "plain", "--early-stop", "never", *options], loadable(journals, url))


def plain(url: str, kind: str, users: int, seconds: int, out: Path, per_second: float = 0) -> Ran:
    """A run of plain Locust; its statistics are written below *out*."""
    command = [sys.executable, "-m", "locust", "-f", str(HERE / "plain.py"), kind, "--headless", "--host", url]
    command += ["-u", str(users), "-r", str(users), "-t", f"{seconds}s", "--csv", str(out), "--only-summary"]
    return ran(command, BENCHMARK_PER_SECOND=str(per_second))
