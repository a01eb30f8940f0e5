"""`rollout standin …`: the embedded target by hand."""

import subprocess

import typer

from rollout.embedded import command
from rollout.plan import load_plan
from rollout.project import current_project
from rollout.suite import suite_of


def standin(context: typer.Context) -> int:
    """
    Start, stop and break the embedded target: up, down, status, kill, start, fault.
    """
    words = command(suite_of(load_plan()), *context.args)
    return subprocess.run(words, cwd=current_project().root, check=False).returncode
