"""All commands under one roof, and every error as one line with its exit code."""

import os
import sys
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console

from rollout.cli.attest import attest
from rollout.cli.decide import decide
from rollout.cli.doctor import doctor
from rollout.cli.gate import gate
from rollout.cli.prove import prove
from rollout.cli.schema import schema
from rollout.cli.standin import standin
from rollout.cli.trace import trace
from rollout.cli.watch import watch
from rollout.judge.verdict import EXIT_CODES, EXIT_CONFIGURATION, EXIT_INTERNAL, Outcome
from rollout.plan.parse import PlanError

INTERRUPTED = 130
UsageError = cast(type[typer.BadParameter], typer.BadParameter.__base__)  # typer's own copy of click.UsageError
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Folder = Annotated[
    Path | None,
    typer.Option(
        "--project", metavar="DIR", help="work there: plan, targets, suites and results; default: the current directory"
    ),
]


@app.callback()
def enter(project: Folder = None) -> None:
    """
    Decide from evidence whether a rollout may go on: GO, HOLD, NO-GO or ROLLBACK.
    """
    if project is not None:
        os.chdir(project)


app.command()(gate)
app.command()(decide)
app.command()(watch)
app.command()(attest)
app.command()(doctor)
app.command()(prove)
app.command()(schema)
app.command()(trace)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(
    standin
)


def main() -> None:
    """Run one command; never a traceback for what a user can mend."""
    complain = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:  # typer turns Ctrl-C into this exit code
            raise KeyboardInterrupt
    except UsageError as error:
        if message := error.format_message():  # empty where the help was printed
            complain.print(f"rollout: {message}; see rollout --help")
        code = EXIT_CONFIGURATION
    except (typer.Abort, KeyboardInterrupt):
        complain.print("rollout: interrupted: the evidence is incomplete, so this is no GO")
        code = EXIT_CODES[Outcome.HOLD]
    except (PlanError, ValueError) as error:
        complain.print(f"rollout: {error}")
        code = EXIT_CONFIGURATION
    except OSError as error:
        complain.print(
            f"rollout: {error.strerror or error}{f': {error.filename}' if error.filename else ''}; no GO without evidence"
        )
        code = EXIT_INTERNAL
    sys.exit(code if isinstance(code, int) else 0)
