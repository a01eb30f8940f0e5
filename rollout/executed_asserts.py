"""Whether this Python executes asserts: without them every check, probe and load user would pass."""

import sys


def refuse_without_asserts() -> None:
    """Raise ValueError in one line if Python runs with -O or PYTHONOPTIMIZE."""
    if complaint := without_asserts(sys.flags.optimize):
        raise ValueError(complaint)


def without_asserts(optimize: int) -> str:
    """What is wrong with the optimization level *optimize* of Python; empty if asserts are executed."""
    if not optimize:
        return ""
    return (
        f"asserts are left out (python -O, or PYTHONOPTIMIZE={optimize}): every check would pass,"
        " so this run gives no evidence; unset PYTHONOPTIMIZE and run python without -O"
    )
