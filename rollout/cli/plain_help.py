"""Help without escape codes; only a command line that asks for help imports typer's code for it."""

from typing import IO, TextIO, cast

from rich.console import Console
from typer import rich_utils

from rollout.cli.output import console
from rollout.trimmed import Trimmed

TYPERS_CONSOLE = rich_utils._get_rich_console


def plain_help() -> None:
    """Print help without escape codes, and without blanks at the ends of lines, where other output has no colours."""
    if console().color_system is None:
        rich_utils.COLOR_SYSTEM = None  # typer applies `NO_COLOR` to colours only
        rich_utils._get_rich_console = trimmed_console


def trimmed_console(stderr: bool = False) -> Console:
    """Typer's console for help; lines lose the blanks at their ends."""
    made = TYPERS_CONSOLE(stderr)
    made.file = cast(IO[str], Trimmed(cast(TextIO, made.file)))
    return made
