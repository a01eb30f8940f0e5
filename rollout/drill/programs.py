"""Run PostgreSQL's programs without a shell, with the DSN in the environment: every user can read arguments."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryFile

from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell
from rollout.parent_death import started
from rollout.target.message import one_line

VARIABLES = {each.keyword.decode(): each.envvar.decode() for each in Conninfo.get_defaults() if each.envvar}
del VARIABLES["client_encoding"]  # a dump is in the encoding of its database
INHERITED = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "TZ")
LOOK_S = 0.5
END_S = 10.0  # a program that asks a frozen server to cancel does not end by itself
LAST_LINES = 2
BETWEEN = " | "  # of the lines of an error
VERSION = re.compile(r"\b(\d+)(?:\.(\d+)|devel|beta\d+|rc\d+)")


class ProgramFailed(Exception):
    """A program ended with an error: the message is its last lines, *lines* are all that are errors."""

    def __init__(self, said: str, lines: Sequence[str] = ()) -> None:
        super().__init__(said)
        self.lines = tuple(lines)


def program(name: str, folder: Path | None) -> str:
    """The path of a program in *folder*, or on PATH; CannotTell where there is none."""
    found = shutil.which(name, path=str(folder) if folder else None)
    if found is None:
        place = str(folder) if folder else "PATH"
        raise CannotTell(f"{name} is not in {place}: install PostgreSQL's client programs, or set `postgres_programs`")
    return found


def version(path: str) -> int:
    """The major version of a program of PostgreSQL; CannotTell where it prints none."""
    return release(path)[0]


def release(path: str) -> tuple[int, int]:
    """The major and the minor version of a program of PostgreSQL; CannotTell where it prints none."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotTell(f"{path} --version: {type(error).__name__}") from None
    match = VERSION.search(said)
    if match is None:
        raise CannotTell(f"{path} does not say its version: {one_line(said)!r}")
    return int(match[1]), int(match[2] or 0)


def environment(dsn: SecretStr, database: str = "") -> dict[str, str]:
    """The environment for a program to connect to the server of *dsn*, and to the *database* there if one is named."""
    facts = {key: str(value) for key, value in conninfo_to_dict(dsn.get_secret_value()).items() if value is not None}
    facts |= {"dbname": database} if database else {}
    variables = {VARIABLES[key]: value for key, value in facts.items() if key in VARIABLES}
    return inherited() | variables | {"LC_ALL": "C"}


def inherited() -> dict[str, str]:
    """The variables of our own environment that every program gets."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def run(argv: Sequence[str], env: dict[str, str], within_s: float, look: Callable[[], None] = lambda: None) -> None:
    """
    Run a program to its end, with a *look* at its progress every `LOOK_S` seconds.

    ProgramFailed with its last lines for another exit code than 0, CannotTell where it could not start or took longer
    than *within_s*. It ends with this process, however that one ends.
    """
    name = Path(argv[0]).name
    with TemporaryFile() as errors:
        try:
            process = started(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        except OSError as error:
            raise CannotTell(f"{name} did not start: {error.strerror}") from None
        try:
            wait(process, name, time.monotonic() + within_s, look)
        finally:
            end(process)
        if process.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace")
            raise ProgramFailed(last_words(said) or f"{name}: exit {process.returncode}", error_lines(said))


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a program that still runs: with SIGTERM, then with SIGKILL."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(process: "subprocess.Popen[bytes]", name: str, end: float, look: Callable[[], None]) -> None:
    """Wait for a program; CannotTell where it has not ended by the moment *end* of the monotonic clock."""
    while True:
        try:
            process.wait(timeout=LOOK_S)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                raise CannotTell(f"{name} had not ended when its time was over") from None
            look()
        else:
            return


def last_words(errors: str) -> str:
    """The error lines of a program's output, else its last lines."""
    lines = [line for line in errors.splitlines() if line.strip()]
    return one_line(BETWEEN.join((error_lines(errors) or lines)[-LAST_LINES:]))


def error_lines(errors: str) -> list[str]:
    """The lines of a program's output that tell of an error."""
    return [line for line in errors.splitlines() if "error:" in line or "ERROR:" in line or "FATAL:" in line]
