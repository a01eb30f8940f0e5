"""Start the application on a copy of the database by the target's own command, and wait until it is ready."""

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
from rollout.drill.scratch import loud
from rollout.parent_death import started
from rollout.target.http import NoAnswer
from rollout.target.message import one_line
from rollout.target.wait import BROKEN_CONNECTIONS, eventually

READY_S, END_S = 120, 10
SILENCE = (NoAnswer, *BROKEN_CONNECTIONS)  # from a slow machine, or a command that serves elsewhere
NO_PROGRAM = (125, 126, 127)  # exit codes of a shell without such a program, of docker without such an image
LOG_END = 20_000  # bytes
HOST = "127.0.0.1"
LOWEST, HIGHEST, ATTEMPTS = 20_000, 32_000, 200  # below the kernel's range for outgoing connections


class NotStarted(Failed):
    """An application that ended by itself, or answers that it is not ready; the message has its last lines."""


@contextmanager
def started_application(
    command: Sequence[str], folder: Path, database: SecretStr, expect_ready: Callable[[str], None]
) -> Iterator[str]:
    """
    The application's address, once *expect_ready* holds there; it ends with the block, and with this process.

    The *command*, run in *folder*, gets DATABASE_URL and PORT by its environment. NotStarted with the last lines of an
    application that ends, or that answers in time that it is not ready. CannotTell where the command cannot be run or
    ends with exit 0, or where nothing answers.
    """
    port = free_port()
    env = inherited() | {"DATABASE_URL": url_of(loud(database)), "PORT": str(port)}
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
    """Wait for an application; NotStarted where it ends, or answers that it is not ready when its time is over."""

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
    """The last lines in a log that a process may still write."""
    size = os.fstat(log.fileno()).st_size
    text = os.pread(log.fileno(), LOG_END, max(0, size - LOG_END)).decode(errors="replace")
    return last_words(text) or "it said nothing"


def end(process: "subprocess.Popen[bytes]") -> None:
    """End an application and its child processes: by SIGTERM, then by SIGKILL."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """A port of this machine that was free a moment ago; CannotTell where none was found."""
    for _ in range(ATTEMPTS):
        port = random.randint(LOWEST, HIGHEST)
        with suppress(OSError), socket.socket() as sock:
            sock.bind((HOST, port))
            return port
    raise CannotTell(f"no port between {LOWEST} and {HIGHEST} is free for the application")


def url_of(dsn: SecretStr) -> str:
    """A DSN as a URL, which more clients read than keywords; facts without a place in a URL go into its query."""
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
