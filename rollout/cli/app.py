"""The application with all commands; every error is one line with its exit code."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rollout.clean_text import clean_lines
from rollout.cli.completion import ignore_left_over, is_asked
from rollout.cli.options import folder, show_version
from rollout.cli.output import unheard
from rollout.cli.usage import HELP, Commands, UsageError, complaint, may_ask_for_help, nothing_asked
from rollout.judge.verdict import EXIT_CODES, EXIT_CONFIGURATION, EXIT_INTERNAL, Outcome
from rollout.plan.parse import PlanError
from rollout.values import STANDIN

INTERRUPTED = 130
WORK, CRAFT = "Verify a rollout", "The verification itself"
COMMANDS = {  # in the order of the work, with their headings in the help
    **dict.fromkeys(("target", "doctor", "gate", "watch", "drill", "rollback", "gameday", "decide"), WORK),
    **dict.fromkeys(("diff", "attest", "rules"), WORK),
    **dict.fromkeys(("prove", "trace", "schema", STANDIN), CRAFT),
}
PASSES_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
PROJECT = "--project"
Folder = Annotated[
    Path | None,
    typer.Option(
        PROJECT,
        metavar="DIR",
        parser=folder,
        help="work there: plan, targets, suites and results; default: the current directory",
    ),
]
Version = Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="say which this is")]


def enter(context: typer.Context, project: Folder = None, version: Version = False) -> None:
    """
    Decide from evidence whether a rollout may go on: GO, HOLD, NO-GO or ROLLBACK.
    """
    if context.invoked_subcommand is None:
        raise nothing_asked(context)
    if project is not None:
        os.chdir(project)


def application(words: Sequence[str] = ()) -> typer.Typer:
    """The application with the command that *words* name; with all of them, which takes longer, where they name none."""
    app = typer.Typer(cls=Commands, pretty_exceptions_enable=False, context_settings={"help_option_names": list(HELP)})
    app.callback(invoke_without_command=True)(enter)
    named = command_in(words)
    for name in [named] if named else COMMANDS:
        found = getattr(import_module(f"rollout.cli.{name}"), name)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, rich_help_panel=COMMANDS[name])
        else:
            settings = PASSES_ON if name == STANDIN else None
            app.command(rich_help_panel=COMMANDS[name], context_settings=settings)(found)
    return app


def command_in(words: Sequence[str]) -> str | None:
    """The command that *words* name after the options of the application; None for another word or a call for help."""
    following = iter(words)
    for word in following:
        if word == PROJECT:
            next(following, None)
        elif word in HELP or not word.startswith("-"):
            return word if word in COMMANDS else None
    return None


def main(app: typer.Typer) -> None:
    """Run one command of *app*; an error that a user can mend never ends in a traceback."""
    ignore_left_over()
    if any(map(may_ask_for_help, sys.argv[1:])):
        from rollout.cli.plain_help import plain_help  # takes 0.1 s

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
    except ValueError as error:
        complain(f"rollout: {clean_lines(error.first if isinstance(error, PlanError) else str(error))}")
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
