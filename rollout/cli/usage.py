"""Usage errors in one line: the wrong word, the nearest right one, and where to find help."""

from itertools import pairwise
from typing import Any, cast

import typer
from typer.core import TyperGroup

from rollout.nearest import unknown
from rollout.plan import load_plan

UsageError = cast(type[typer.BadParameter], typer.BadParameter.__base__)  # typer's own copy of click.UsageError
HELP = ("-h", "--help")
COMPLETIONS = ("--install-completion", "--show-completion")
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")  # for which typer has completions
FIRST = ("target",)  # a group, which typer would list after all commands


class Commands(TyperGroup):
    """The commands in the order of the work; for an unknown one the error names the nearest."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names; `target` comes first, since its file is written first."""
        return sorted(super().list_commands(ctx), key=lambda name: name not in FIRST)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the options before the command; UsageError for a shell's name after a completion option."""
        refuse_shell_names(ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """The command that *args* begin with; UsageError names the nearest one."""
        if not ctx.resilient_parsing and args[0] not in self.commands:
            raise UsageError(unknown("command", args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """The result of the command; a UsageError gets the context of its command, so that the right help is named."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            command = self.commands.get(ctx.invoked_subcommand or "")
            if error.ctx is None and command is not None:  # typer's option parser does not set it
                error.ctx = command.context_class(command, parent=ctx, info_name=ctx.invoked_subcommand)
            raise


def may_ask_for_help(word: str) -> bool:
    """Whether a word of the command line asks for help, also joined with other options as in `-vh`."""
    return word in HELP or (word.startswith("-") and not word.startswith("--") and "h" in word)


def refuse_shell_names(context: Any, args: list[str]) -> None:
    """Raise UsageError for `--install-completion NAME`: typer would ignore the name and use the current shell."""
    for option, name in pairwise(args):
        if option in COMPLETIONS and not name.startswith("-") and not context.resilient_parsing:
            raise UsageError(
                f"{option} is for the shell that runs it and takes no name, got {name!r}; shells: {', '.join(SHELLS)}",
                context,
            )


def nothing_asked(context: typer.Context) -> typer.BadParameter:
    """The error of a command line without a command."""
    names = context.command.list_commands(context) if isinstance(context.command, Commands) else []
    return UsageError(f"which command? {', '.join(names)}", context)


def complaint(error: typer.BadParameter) -> str:
    """A usage error in one line."""
    where = error.ctx.command_path if error.ctx else "rollout"
    return f"{message(error)}; see {where} --help"


def message(error: typer.BadParameter) -> str:
    """The offender and the nearest right word."""
    name = getattr(error, "option_name", None)
    if name and error.ctx:
        options = [word for each in error.ctx.command.params for word in each.opts if word.startswith("-")]
        if name not in options:  # else the option exists and lacks its value
            return unknown("option", name, dict.fromkeys([*options, *HELP]))
    missing = getattr(error, "param", None) if not error.message else None
    if missing is not None and missing.name == "phase":
        return f"which phase? {', '.join(phases())}"
    return " ".join(error.format_message().split()).rstrip(".")


def phases() -> list[str]:
    """The phases of the project's plan, as far as it can be read."""
    try:
        return [phase.id for phase in load_plan().phases]
    except ValueError:
        return ["a phase of the plan"]
