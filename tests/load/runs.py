"""Real load runs as processes, against a server of known behaviour."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import LOADED, loadable
from rollout.evidence import Run
from rollout.evidence.reader import read_run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LONGEST_S = 90
PROBER = ROOT / "benchmarks" / "ours.py"  # sends the same read repeatedly
IDLER = HERE / "idler.py"
CROWDING = HERE / "crowding.py"
UNREADY = HERE / "unready.py"


@dataclass(frozen=True)
class Done:
    """A finished run: its exit code, output and journals."""

    code: int
    output: str
    journals: tuple[Run, ...]


def environment() -> dict[str, str]:
    """The environment of a load process, without variables that name another target or another load."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("XCR_", "LOCUST_"))}


@contextmanager
def server(*options: str) -> Iterator[str]:
    """A server of known behaviour; its URL."""
    command = [sys.executable, "-m", "benchmarks.server", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        try:
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


def start(
    url: str, journals: Path, *options: str, locustfile: Path = PROBER, wrapped: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    """Start a load run in the background, by the command *wrapped* if it is given."""
    command = [sys.executable, "-m", "locust", "-f", str(locustfile), "--headless", "--target", LOADED]
    command += ["--plan", str(HERE / "plan.toml"), "--journals", str(journals), "--release", "r", "--progress", "plain"]
    command += ["--phase", "phase1"]
    return subprocess.Popen(
        [*wrapped, *command, *options],
        cwd=loadable(journals, url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    )


def finish(process: subprocess.Popen[str], journals: Path) -> Done:
    """Wait for the end of a run."""
    output, _ = process.communicate(timeout=LONGEST_S)
    return Done(process.returncode, output, tuple(read_run(path) for path in sorted(journals.glob("*.jsonl"))))


def run(url: str, journals: Path, *options: str, locustfile: Path = PROBER) -> Done:
    """Start a load run and wait for its end."""
    return finish(start(url, journals, *options, locustfile=locustfile), journals)
