"""Write one journal: append-only JSON lines, each sealed and chained to the one before."""

import fcntl
import os
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from rollout.evidence import register
from rollout.evidence.record_lines import refuse_unreadable
from rollout.evidence.records import LoadFacts, Record, RunFinished, RunStarted, WatchFacts, plain
from rollout.evidence.seal import GENESIS, sealed
from rollout.evidence.writer import this_process
from rollout.executed_asserts import refuse_without_asserts

WHOSE = ("producer", "phase", "target", "environment", "release")  # the fields of an origin that the register repeats


class Origin(BaseModel):
    """
    The origin of a journal, which each producer writes into its first record, `run-started`.

    *producer* is what wrote it (`pytest`, `load`, `watch`, `attest`, `drill`, `gate`), *release* names the deployed
    build, *plan* is the hash of the plan it ran under and *parent* the run id of the gate that started it. With
    *narrowed* only a chosen part of the tests ran. *drill* is the name of a drill.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    producer: str
    phase: str
    target: str
    environment: str
    release: str
    plan: str
    parent: str | None = None
    window_s: float | None = None
    not_applicable: dict[str, str] = {}
    narrowed: bool | None = None
    drill: str | None = None
    meanings: dict[str, str] | None = None


def producer_name(path: Path) -> str:
    """The producer as written in a journal's file name, for files whose content cannot be trusted."""
    match = re.search(r"Z-(?P<producer>[a-z-]+)-[0-9a-f]{8}\.jsonl$", path.name)
    return match["producer"] if match else "unknown"


class Journal:
    """
    The evidence of one run. A run that ends without `finish` leaves a file without its end, which proves nothing.

    Two writers never share a file. An OSError (disk full) is raised to the producer, which must
    not go on without evidence. ValueError where Python leaves asserts out, since no producer measures anything then,
    and for a first record that no reader could read: then there is no file.
    """

    def __init__(
        self,
        folder: Path,
        origin: Origin,
        *,
        t: float | None = None,
        checks: Mapping[str, Sequence[str]] | None = None,
        watch: WatchFacts | None = None,
        load: LoadFacts | None = None,
        columns: Sequence[str] = (),
    ) -> None:
        refuse_without_asserts()
        self.origin = origin
        self.run_id = secrets.token_hex(8)
        self.began = time.time()
        stamp = datetime.fromtimestamp(self.began, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        self.path = folder / f"{stamp}-{origin.producer}-{self.run_id[:8]}.jsonl"
        started = RunStarted(
            t=self.began if t is None else t,
            run=self.run_id,
            known=(),
            register=register.head(folder),
            **origin.model_dump(),
            checks={name: tuple(nodes) for name, nodes in (checks or {}).items()},
            watch=watch,
            load=load,
            columns=tuple(columns),
            writer=this_process(),
        )
        refuse_unreadable(started)
        folder.mkdir(parents=True, exist_ok=True)
        self._seq = 0
        self.tail = GENESIS
        self.finished = False
        self._begin(started)
        self._enter("begun", **{name: getattr(origin, name) for name in WHOSE})

    def _begin(self, started: RunStarted) -> None:
        """
        Make the file with its first record under a name that nobody reads, then give it its own: no reader sees it empty.

        Its lock is held until it is closed: with `writer` it shows that the journal is open.
        """
        hidden = self.path.with_suffix(".begun")
        self._file = hidden.open("xb", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self.append(started)
            hidden.rename(self.path)
        except OSError:
            self._file.close()
            hidden.unlink(missing_ok=True)
            raise

    def append(self, record: Record) -> None:
        """
        Seal one record and hand it to the operating system before returning; Unreadable if no reader could read it.
        """
        refuse_unreadable(record)
        self.write(plain(record))

    def write(self, fields: Mapping[str, Any]) -> None:
        """Seal the fields of a record as they are, unchecked; the reader of the journal checks them."""
        line, digest = sealed({"seq": self._seq, "prev": self.tail, **fields})
        view = memoryview(line.encode())
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:  # the name of the file tells which disk is full
            raise OSError(error.errno, error.strerror, str(self.path)) from None
        self._seq, self.tail = self._seq + 1, digest

    def finish(self, exit: int | None = None, unfinished: Sequence[str] = (), other: str = "") -> None:
        """
        Write `run-finished` with the number of records before it, and list it in the register: then the journal counts.

        The lock is held until both are there, so that nobody sees an end that no register knows.
        """
        self.append(RunFinished(records=self._seq, exit=exit, unfinished=tuple(unfinished), other=other))
        os.fsync(self._file.fileno())
        self.finished = True
        try:
            self._enter("ended", tail=self.tail, records=self._seq)
        finally:
            self._file.close()

    def abandon(self) -> None:
        """Close without an end: what was written stays readable, and the run never counts as complete."""
        self._file.close()
        with suppress(OSError):  # on a full disk the run has failed already
            self._enter("ended", tail=self.tail, records=self._seq)

    def _enter(self, event: str, **facts: str | int) -> None:
        """Write one line into the register of the folder."""
        register.enter(self.path.parent, event, self.path.stem, self.run_id, **facts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.finished:
            return
        if kind is None:
            self.finish()
        else:
            self.abandon()
