"""Read text files, TOML and JSON of limited size and depth: a document made to exhaust memory is an error of one line."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from rollout.values import MIB, as_size

MOST_BYTES = 2 * MIB
TOO_DEEP = "it is nested too deep"
DEEP_KEY = re.compile(r"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){50}")  # reading such a key takes minutes


def text_of(path: Path) -> str:
    """The text of a file; OSError if it is absent, ValueError in one line if it is no file, no UTF-8 or too large."""
    if path.exists() and not path.is_file():
        raise ValueError(f"{path}: is no file")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError(f"{path}: has more than {as_size(MOST_BYTES)}; nobody writes so much by hand")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not UTF-8: {error.reason} at byte {error.start}") from None


def toml_of(text: str) -> dict[str, Any]:
    """A TOML document; ValueError where it is none."""
    if DEEP_KEY.search(text):
        raise ValueError(TOO_DEEP)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def json_of(text: str | bytes) -> Any:
    """A JSON document; ValueError where it is none."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
