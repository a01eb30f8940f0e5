"""The application on a copy of the database: the target's own command starts it, and it has to be ready there."""

import os
import random
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.programs import inherited, last_words
from rollout.parent_death import started
from rollout.target.http import NoAnswer
from rollout.target.message import one_line
from rollout.target.wait import BROKEN_CONNECTIONS, eventually

READY_S, END_S = 120, 10
SILENCE = (NoAnswer, *BROKEN_CONNECTIONS)  # of a slow machine, or of a command that serves elsewhere
NO_PROGRAM = (125, 126, 127)  # what a shell ends with where there is no such program, docker where it has no such image
LOG_END = 20_000  # bytes
HOST = "127.0.0.1"
LOWEST, HIGHEST, ATTEMPTS = 20_000, 32_000, 200  # below the ports that the kernel gives to connections


class NotStarted(Failed):
    """An application that ended by itself, or says that it is not ready: its last words are in the message."""


@contextmanager
def started_application(
    command: Sequence[str], folder: Path, database: SecretStr, expect_ready: Callable[[str], None]
) -> Iterator[str]:
    """
    Its address, once *expect_ready* holds there; it ends with the block, and with this process.

    The *command*, run in *folder*, is told DATABASE_URL and PORT by its environment. NotStarted with the last words of an application
    that ends, or answers in time that it is not ready; CannotTell where the command cannot be run or does not go on, or nothing answers.
    """
    port = free_port()
    env = inherited() | {"DATABASE_URL": url_of(database), "PORT": str(port)}
    with TemporaryFile() as log:
        try:
            process = started(
                command,
                env=env,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        except OSError as error:
            raise CannotTell(f"drill_application: {command[0]} did not start: {error.strerror}") from None
        try:
            wait_until_ready(process, log, lambda: expect_ready(f"http://{HOST}:{port}"))
            yield f"http://{HOST}:{port}"
        finally:
            end(process)


def wait_until_ready(process: "subprocess.Popen[bytes]", log: IO[bytes], expect_ready: Callable[[], None]) -> None:
    """Wait for an application; NotStarted where it ends, or says that it is not ready when its time is over."""

    def ready() -> None:
        code = process.poll()
        if code in NO_PROGRAM:
            raise CannotTell(f"drill_application: exit {code}: {said(log)}")
        if code == 0:
            raise CannotTell(f"drill_application: exit 0: {said(log)}; it has to go on until it is ended")
        if code is not None:
            raise NotStarted(f"the application does not start on the copy: exit {code}: {said(log)}")
        expect_ready()

    try:
        eventually(ready, within=READY_S)
    except AssertionError as error:
        last = one_line(str(error)).partition("; last: ")[2] or one_line(str(error))
        told = f"the application is not ready on the copy after {READY_S} s: {last}; {said(log)}"
        raise (CannotTell if isinstance(error.__cause__, SILENCE) else NotStarted)(told) from None


def said(log: IO[bytes]) -> str:
    """The last words in a log that somebody else may still write."""
    size = os.fstat(log.fileno()).st_size
    text = os.pread(log.fileno(), LOG_END, max(0, size - LOG_END)).decode(errors="replace")
    return last_words(text) or "it said nothing"


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask an application and what it started to end, then insist."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """A port of this machine on which nobody listened a moment ago."""
    for _ in range(ATTEMPTS):
        port = random.randint(LOWEST, HIGHEST)
        with suppress(OSError), socket.socket() as sock:
            sock.bind((HOST, port))
            return port
    raise CannotTell(f"no port between {LOWEST} and {HIGHEST} is free for the application")


def url_of(dsn: SecretStr) -> str:
    """A DSN as an address, which more clients read than keywords; what has no place of its own there stands in its query."""
    facts = {key: str(value) for key, value in conninfo_to_dict(dsn.get_secret_value()).items() if value is not None}
    who = ":".join(quote(facts.pop(key), safe="") for key in ("user", "password") if key in facts)
    host = facts.get("host", "")
    plain = bool(host) and not host.startswith("/") and "," not in host
    where = ""
    if plain:
        where = f"[{host}]" if ":" in host else host
        where += f":{facts.pop('port')}" if "port" in facts else ""
        del facts["host"]
    name = quote(facts.pop("dbname", ""), safe="")
    return f"postgresql://{who}{'@' if who else ''}{where}/{name}{'?' if facts else ''}{urlencode(facts)}"
