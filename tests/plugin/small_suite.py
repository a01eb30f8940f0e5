"""Run a small suite by pytest in a separate process, and read its journals."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rollout.evidence import Run, read_ledger

HERE = Path(__file__).parents[2]


def make_project(root: Path) -> None:
    """Copy the plan to *root*, with a target at a port without a listener."""
    for file in ("plan.toml", "docs/rollout-plan.md"):
        (root / file).parent.mkdir(exist_ok=True)
        shutil.copy(HERE / file, root / file)
    (root / "targets").mkdir(exist_ok=True)
    facts = 'environment = "staging"\nbase_url = "http://127.0.0.1:9"\n'
    (root / "targets" / "staging.toml").write_text(facts, encoding="utf-8")


def pytest_run(suite: Path, *arguments: str, gate: str | None = "p") -> tuple[str, dict[str, Run]]:
    """The output of pytest and its journals by phase, for a *gate* or by hand; nothing listens at the target's port."""
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
        *(("--parent", gate) if gate else ()),
        "--journals",
        str(root / "j"),
        "-p",
        "no:schemathesis",
        "-p",
        "no:hypothesispytest",
    ]
    make_project(root)
    done = subprocess.run(
        [*command, *options, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        check=False,
    )
    runs = read_ledger([root / "j"]).runs if (root / "j").exists() else ()
    return done.stdout + done.stderr, {str(run.started.phase): run for run in runs}
