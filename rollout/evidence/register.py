"""
The register of a folder: a line for each journal that was begun in it, and one for each that ended, chained by hash.

Each journal notes the last hash of the register when it began. The register shows a journal that is gone, replaced or
shortened; the journals that began later show a register that lost lines. Machine and folder name the file, so
registers lie side by side where the evidence of two machines is copied together.
"""

import fcntl
import hashlib
import os
import platform
import time
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from rollout.evidence.seal import GENESIS, sealed, unsealed

PATTERN = "register-*.log"
TAIL_BYTES = 1 << 14


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A journal that was begun, with its origin, or that ended, with its *tail* hash and number of *records*."""

    event: str
    prev: str
    t: float
    stem: str
    run: str
    producer: str = ""
    phase: str = ""
    target: str = ""
    environment: str = ""
    release: str = ""
    tail: str = ""
    records: int = 0


LINES = msgspec.json.Decoder(Line)


@dataclass(frozen=True)
class Entry:
    """One journal in its register; *tail* is empty where it never ended."""

    register: str
    begun: Line
    tail: str = ""


@dataclass(frozen=True)
class JournalRegister:
    """One register as read: its journals by stem, each of its hashes, and what is wrong with it in words."""

    name: str
    entries: dict[str, Entry]
    hashes: frozenset[str]
    complaint: str = ""

    def only(self, stems: Container[str], until: float) -> "JournalRegister":
        """
        The register with only the journals in *stems*, and all that began *until* a moment (seconds since the epoch).
        """
        kept = {stem: entry for stem, entry in self.entries.items() if stem in stems or entry.begun.t <= until}
        return replace(self, entries=kept)


def own_register(folder: Path) -> Path:
    """The file that this machine writes for *folder*."""
    place = f"{platform.node()}:{folder.resolve()}"
    return folder / f"register-{hashlib.sha256(place.encode()).hexdigest()[:8]}.log"


def head(folder: Path) -> str:
    """Name and last hash of the register of *folder*."""
    path = own_register(folder)
    try:
        with path.open("rb") as file:
            return f"{path.stem}:{last_hash(file.fileno())[0]}"
    except FileNotFoundError:
        return f"{path.stem}:{GENESIS}"


def enter(folder: Path, event: str, stem: str, run: str, **facts: str | int) -> None:
    """Add one line to the register of *folder*, all of it or nothing; OSError if the disk does not take it."""
    path = own_register(folder)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        fields: Mapping[str, Any] = {"event": event, "t": time.time(), "stem": stem, "run": run, **facts}
        prev, whole = last_hash(file)
        line, _ = sealed({**fields, "prev": prev})
        add(file, f"{'' if whole else chr(10)}{line}".encode())
    except OSError as error:  # the name of the file tells which disk is full
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        os.close(file)


def add(file: int, text: bytes) -> None:
    """Write all of *text* to the end of a locked *file*; what a full disk took of it is taken back."""
    size, rest = os.fstat(file).st_size, memoryview(text)
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise


def last_hash(file: int) -> tuple[str, bool]:
    """The hash of the last whole line, and whether it is the end: a writer that died may have left half a line."""
    text = os.pread(file, TAIL_BYTES, max(0, os.fstat(file).st_size - TAIL_BYTES))
    found = (unsealed(line)[1] for line in reversed(text.splitlines(keepends=True)))
    return next((digest for digest in found if digest), GENESIS), not text or text.endswith(b"\n")


def read_register(path: Path) -> JournalRegister:
    """The register in the file at *path*; what cannot be read or trusted is its complaint, never an error."""
    entries: dict[str, Entry] = {}
    hashes, tail, complaint = {GENESIS}, GENESIS, ""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        return JournalRegister(path.stem, {}, frozenset(), f"{path.name}: cannot be read: {error.strerror}")
    for number, text in enumerate(lines, start=1):
        body, digest = unsealed(text)
        line = line_of(body) if digest else None
        if line is None:
            continue  # half a line of a writer that died; a lost whole line breaks the chain at the next one
        if line.prev != tail:
            complaint = complaint or f"{path.name}: before line {number} a line was altered, added or removed"
        tail = digest
        hashes.add(digest)
        note(entries, path.stem, line)
    return JournalRegister(path.stem, entries, frozenset(hashes), complaint)


def note(entries: dict[str, Entry], register: str, line: Line) -> None:
    """Add one line to *entries*."""
    known = entries.get(line.stem)
    if line.event == "begun":
        entries[line.stem] = Entry(register, line)
    elif known is not None:
        entries[line.stem] = Entry(register, known.begun, line.tail)


def line_of(body: bytes) -> Line | None:
    """The line in some JSON; None if it is none."""
    try:
        return LINES.decode(body)
    except (ValueError, RecursionError):  # msgspec's own errors, text that is no UTF-8, endless nesting
        return None
