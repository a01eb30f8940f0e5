"""A small repository of faulty code, and the worker's download of a branch's archive, from this machine only."""

import io
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from urllib.parse import urlsplit

from standin.analyser import SUFFIXES, AnalysisError, SourceText

NAME = "careless"
FETCH_S = 5.0
MOST_BYTES = 2_000_000
MOST_FILES = 500
HERE = ("127.0.0.1", "localhost", "::1")
FILES = {
    "finder.py": """\
import hashlib

password = "hunter2-but-longer"  # TODO: read it from the environment


def find(cursor, name):
    try:
        cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")
        return eval(cursor.fetchone()[0])
    except:
        return hashlib.md5(name.encode()).hexdigest()
""",
    "README.md": "# Careless\n",
}


def archive() -> bytes:
    """The repository as a zip with one top folder, as code hosts send it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in FILES.items():
            packed.writestr(f"{NAME}-main/{name}", text)
    return file.getvalue()


def sources_at(url: str, branch: str) -> list[SourceText]:
    """The code in the repository at *url*; AnalysisError if it cannot be read."""
    if urlsplit(url).hostname not in HERE:
        raise AnalysisError(f"{url}: no network: only repositories on this machine can be read")
    try:
        with urllib.request.urlopen(f"{url}/archive/refs/heads/{branch}.zip", timeout=FETCH_S) as answer:
            packed = answer.read(MOST_BYTES)
        sources = list(unpacked(packed))
    except (OSError, zipfile.BadZipFile) as error:
        raise AnalysisError(f"{url}, branch {branch}: {error}") from error
    if not sources:
        raise AnalysisError(f"{url}, branch {branch}: there is no code to analyse")
    return sources


def unpacked(packed: bytes) -> Iterator[SourceText]:
    """The files of an archive whose language is known."""
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        for entry in files.infolist()[:MOST_FILES]:
            language = SUFFIXES.get(entry.filename[entry.filename.rfind(".") :])
            if language and entry.file_size <= MOST_BYTES:
                yield SourceText(entry.filename.partition("/")[2], files.read(entry).decode(errors="replace"), language)
