"""The application with all commands; every error is one line with its exit code."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rollout.clean_text import clean_lines
from rollout.cli.attest import attest
from rollout.cli.completion import ignore_left_over, is_asked
from rollout.cli.decide import decide
from rollout.cli.diff import diff
from rollout.cli.doctor import doctor
from rollout.cli.drill import drill
from rollout.cli.gameday import gameday
from rollout.cli.gate import gate
from rollout.cli.options import folder, show_version
from rollout.cli.output import unheard
from rollout.cli.prove import prove
from rollout.cli.rollback import rollback
from rollout.cli.schema import schema
from rollout.cli.standin import standin
from rollout.cli.target import app as target
from rollout.cli.trace import trace
from rollout.cli.usage import HELP, Commands, UsageError, complaint, nothing_asked, plain_help
from rollout.cli.watch import watch
from rollout.judge.verdict import EXIT_CODES, EXIT_CONFIGURATION, EXIT_INTERNAL, Outcome
from rollout.plan.parse import PlanError

INTERRUPTED = 130
app = typer.Typer(cls=Commands, pretty_exceptions_enable=False, context_settings={"help_option_names": list(HELP)})
Folder = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar="DIR",
        parser=folder,
        help="work there: plan, targets, suites and results; default: the current directory",
    ),
]
Version = Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="say which this is")]


@app.callback(invoke_without_command=True)
def enter(context: typer.Context, project: Folder = None, version: Version = False) -> None:
    """
    Decide from evidence whether a rollout may go on: GO, HOLD, NO-GO or ROLLBACK.
    """
    if context.invoked_subcommand is None:
        raise nothing_asked(context)
    if project is not None:
        os.chdir(project)


WORK, CRAFT = "Verify a rollout", "The verification itself"
app.add_typer(target, name="target", rich_help_panel=WORK)
app.command(rich_help_panel=WORK)(doctor)  # in the order of the work
app.command(rich_help_panel=WORK)(gate)
app.command(rich_help_panel=WORK)(watch)
app.command(rich_help_panel=WORK)(drill)
app.command(rich_help_panel=WORK)(rollback)
app.command(rich_help_panel=WORK)(gameday)
app.command(rich_help_panel=WORK)(decide)
app.command(rich_help_panel=WORK)(diff)
app.command(rich_help_panel=WORK)(attest)
app.command(rich_help_panel=CRAFT)(prove)
app.command(rich_help_panel=CRAFT)(trace)
app.command(rich_help_panel=CRAFT)(schema)
app.command(
    rich_help_panel=CRAFT,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)(standin)


def main() -> None:
    """Run one command; an error that a user can mend never ends in a traceback."""
    ignore_left_over()
    plain_help()
    try:
        code = app(prog_name="rollout", standalone_mode=False)
        if code == INTERRUPTED:  # typer turns Ctrl-C into this exit code
            raise KeyboardInterrupt
    except UsageError as error:
        complain(f"rollout: {complaint(error)}")
        code = EXIT_CONFIGURATION
    except (typer.Abort, KeyboardInterrupt):
        complain("rollout: interrupted: the evidence is incomplete, so this is no GO")
        code = EXIT_CODES[Outcome.HOLD]
    except (PlanError, ValueError) as error:
        complain(f"rollout: {clean_lines(str(error))}")
        code = EXIT_CONFIGURATION
    except SystemExit as end:
        if is_asked():
            raise
        if isinstance(end.__context__, BrokenPipeError) and set(HELP) & set(sys.argv):
            unheard()  # as in `rollout -h | head`
            sys.exit(0)
        complain(f"rollout: code of the project ended the process (exit {end.code}); no GO without evidence")
        code = EXIT_INTERNAL
    except RecursionError:
        complain("rollout: a document is nested too deep to be read")
        code = EXIT_CONFIGURATION
    except OSError as error:
        complain(
            f"rollout: {error.strerror or error}{f': {error.filename}' if error.filename else ''}; no GO without evidence"
        )
        code = EXIT_INTERNAL
    sys.exit(code if isinstance(code, int) else 0)


def complain(text: str) -> None:
    """Print to stderr why a command ends; a failure to print does not change the exit code."""
    with suppress(OSError):
        Console(stderr=True, markup=False, highlight=False, soft_wrap=True).print(text)
