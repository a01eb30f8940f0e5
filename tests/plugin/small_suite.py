"""A small suite of its own, run by pytest as a process, and the journals that it wrote."""

import os
import subprocess
import sys
from pathlib import Path

from rollout.evidence import Run, read_ledger


def pytest_run(suite: Path, *arguments: str) -> tuple[str, dict[str, Run]]:
    """What pytest said, and the journals it wrote by phase; the target is a port where nobody listens."""
    root = suite.parents[1] if suite.is_file() else suite.parent
    command = [
        sys.executable,
        "-m",
        "pytest",
        str(suite),
        "--rootdir",
        str(root),
        "-c",
        os.devnull,
        "-p",
        "rollout.pytest_plugin",
    ]
    options = [
        "--target",
        "staging",
        "--parent",
        "p",
        "--journals",
        str(root / "j"),
        "-p",
        "no:schemathesis",
        "-p",
        "no:hypothesispytest",
    ]
    environment = {**os.environ, "XCR_BASE_URL": "http://127.0.0.1:9", "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [*command, *options, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    runs = read_ledger([root / "j"]).runs if (root / "j").exists() else ()
    return done.stdout + done.stderr, {str(run.started.phase): run for run in runs}
