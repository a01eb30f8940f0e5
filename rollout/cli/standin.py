"""`rollout standin …`: the embedded target by hand."""

import subprocess
import sys

import typer

from rollout.paths import ROOT


def standin(context: typer.Context) -> int:
    """
    Start, stop and break the embedded target: up, down, status, kill, start, fault.
    """
    return subprocess.run([sys.executable, "-m", "standin", *context.args], cwd=ROOT, check=False).returncode
