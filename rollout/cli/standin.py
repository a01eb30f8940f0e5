"""`rollout standin …`: the embedded target by hand."""

import subprocess

import typer

from rollout.cli.options import rules_of
from rollout.embedded import command
from rollout.project import current_project
from rollout.suite import suite_of


def standin(context: typer.Context) -> int:
    """
    Start, stop and break the embedded target: up, down, status, kill, start, fault.
    """
    words = command(suite_of(rules_of(None)), *context.args)
    return subprocess.run(words, cwd=current_project().root, check=False).returncode
