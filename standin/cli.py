"""Commands of the stand-in: up, down, status, list, kill, start, fault, backup, application."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from standin.commands import COMMANDS
from standin.errors import USAGE, report
from standin.profiles import COMPLETE, PROFILES

SERVICES_HELP = "backend, worker, postgres, redis, frontend"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line and exit code 64."""

    def error(self, message: str) -> NoReturn:
        """Print the usage error and exit."""
        self.exit(USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    arguments = _parser().parse_args(argv)
    return report(lambda: COMMANDS[arguments.command](arguments))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="standin", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_up(commands.add_parser("up", help="boot a stand-in; its state is one JSON line on stdout"))
    _add_common(commands.add_parser("down", help="end a running stand-in and delete its data"))
    _add_common(commands.add_parser("status", help="say what is alive"))
    commands.add_parser("list", help="name the running stand-ins").add_argument("--json", action="store_true")
    for verb, does in (("kill", "kill -9 a service"), ("start", "start a service that is dead")):
        sub = commands.add_parser(verb, help=does)
        sub.add_argument("service", help=SERVICES_HELP)
        _add_common(sub)
    _add_common(commands.add_parser("backup", help="take a backup now"))
    copy = "serve a copy of its database, in the foreground: DATABASE_URL says which, PORT where on 127.0.0.1"
    _add_common(commands.add_parser("application", help=copy))
    _add_fault(commands.add_parser("fault", help="show a named defect, or stop showing it"))
    return parser


def _add_fault(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="as in the list; - reads it from standard input")
    parser.add_argument("params", nargs="*", metavar="key=value", help="parameters of the fault")
    parser.add_argument("--off", action="store_true", help="make it whole again")
    parser.add_argument("--list", action="store_true", help="name all faults, and mark those that are on")
    parser.add_argument("--clear", action="store_true", help="turn everything off")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", help="its directory; may be left out when exactly one stand-in runs")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def _add_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", help="where state, logs and backups go; default: a fresh temporary directory")
    parser.add_argument("--name", help="its name in `list`; default: random")
    parser.add_argument(
        "--owner-pid", type=int, help="end with this process; default: the parent, or nobody with --keep"
    )
    parser.add_argument("--keep", action="store_true", help="go on in the background until `down`")
    parser.add_argument("--baseline", action="store_true", help="also boot the release before, for comparisons")
    parser.add_argument(
        "--profile", default=COMPLETE.name, metavar="NAME", help=f"which backend it plays: {', '.join(PROFILES)}"
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="the backend and what it needs, without the frontend and what stands beside it",
    )
    parser.add_argument("--json", action="store_true", help="the default, and the only form")
