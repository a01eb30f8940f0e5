"""The parser of each program whose command lines stand in documents and messages; nothing is run."""

import argparse
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from rollout.cli.app import application
from rollout.cli.usage import UsageError
from standin.cli import _parser as standin_parser
from tests.cli.named_commands import KNOWN, ROOT, Named

SHOWN = {"-h", "--help", "--version", "--install-completion"}
COPY = ("--commit", "HEAD", "--kept", ".")  # what scripts/mutate adds
LOCUST = """
import json, sys
from locust.argument_parser import get_empty_argument_parser, setup_parser_arguments
from rollout.locust_plugin.options import add_options
parser = get_empty_argument_parser()
setup_parser_arguments(parser)
add_options(parser)
complaints = []
for words in json.load(sys.stdin):
    try:
        parser.parse_args(words)
        complaints.append("")
    except SystemExit as ended:
        complaints.append(f"exit {ended.code}")
json.dump(complaints, sys.stdout)
"""


class Refused(Exception):
    """A command line that its program does not take."""


def parse(named: Named, config: pytest.Config) -> None:
    """Parse a command line of any program but locust; raises `Refused`."""
    try:
        if named.program == "python -m":
            module(*named.words)
        elif named.program == "pytest":
            tests(named.words, config)
        elif named.program == "rollout":
            rollout(named.words)
        else:
            script(named, config)
    except (UsageError, pytest.UsageError, SystemExit, argparse.ArgumentError, ImportError) as error:
        raise Refused(str(error)) from error


def script(named: Named, config: pytest.Config) -> None:
    """Parse a call of scripts/ as that script takes its arguments."""
    path, words = ROOT / named.program, named.words
    parsers: dict[str, Callable[[], object]] = {
        "gate": lambda: rollout(("gate", *words) if words else ()),
        "lock": lambda: of_lock().parse_args(words),
        "mutate": lambda: module("tests.mutation", *COPY, *words),
        "screenshots": lambda: module("tests.reports.pictures", *words),
        "setup": lambda: of_setup(path).parse_args(words),
        "test": lambda: tests(words, config),
    }
    if path.name not in parsers or not path.is_file():
        raise Refused(f"no {named.program}")
    if words:
        parsers[path.name]()


def of_lock() -> argparse.ArgumentParser:
    """What scripts/lock says that it takes."""
    made = argparse.ArgumentParser()
    made.add_argument("--upgrade", action="store_true")
    made.add_argument("--upgrade-package", action="append")
    return made


def of_setup(path: Path) -> argparse.ArgumentParser:
    """The sets that scripts/setup tells apart."""
    made = argparse.ArgumentParser()
    made.add_argument("set", choices=re.findall(r"^ +(\w+)\) lock=", path.read_text(encoding="utf-8"), re.MULTILINE))
    return made


def module(name: str, *words: str) -> None:
    """Parse the arguments of a module that is run: by its `parser()`, by its typer `app`, or none at all."""
    is_package = (ROOT / name.replace(".", "/")).is_dir()
    loaded: Any = importlib.import_module(f"{name}.__main__" if is_package else name)
    if hasattr(loaded, "parser"):
        loaded.parser().parse_args(words)
    elif hasattr(loaded, "app"):
        down(typer.main.get_command(loaded.app), name, list(words))
    elif words or '__name__ == "__main__"' not in Path(loaded.__file__).read_text(encoding="utf-8"):
        raise Refused(f"{name} takes no arguments, or is not run")


def tests(words: Iterable[str], config: pytest.Config) -> None:
    """Parse the arguments of pytest: its options, files that exist, and phases of the plan after `-m`."""
    found = config._parser.parse([*words])
    if absent := [name for name in found.file_or_dir if not (ROOT / name.partition("::")[0]).exists()]:
        raise Refused(f"no file {absent[0]}")
    marks = {line.partition(":")[0] for line in config.getini("markers")}
    if unknown := set(re.findall(r"[\w-]+", found.markexpr)) - marks - {"or", "and", "not"}:
        raise Refused(f"no mark {unknown}")


def rollout(words: Iterable[str]) -> None:
    """Parse a command line of `rollout`; a name alone is that of a command."""
    left = [*words]
    if len(left) == 1 and left[0] in KNOWN:
        return
    down(typer.main.get_command(application()), "rollout", left)


def down(command: Any, name: str, left: list[str]) -> None:
    """Parse down to the last command, without running it."""
    context = None
    while hasattr(command, "commands"):
        if not left or left[0] in SHOWN:  # what these do when they are parsed is shown by tests of their own
            return
        context = command.make_context(name, left, parent=context)
        left = [*getattr(context, "_protected_args", ()), *context.args]
        name, command, left = command.resolve_command(context, left)
        if name == "standin":
            standin_parser().parse_args(left)
            return
    if not SHOWN & set(left):
        command.make_context(command.name, left, parent=context)


def complaints_of_locust(lines: Iterable[Iterable[str]]) -> list[str]:
    """What locust's parser says of each of these lines, "" for nothing; in another process, since locust patches its own."""
    done = subprocess.run(
        [sys.executable, "-c", LOCUST],
        input=json.dumps([list(words) for words in lines]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found
