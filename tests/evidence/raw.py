"""Rewrite journals with changed records and valid seals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rollout.evidence.seal import GENESIS, sealed

Fields = dict[str, Any]


def resealed(path: Path, change: Callable[[Fields], Fields]) -> Path:
    """Rewrite the journal at *path* with each record changed, and a valid chain of hashes."""
    tail, lines = GENESIS, []
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = {name: value for name, value in json.loads(line).items() if name != "hash"}
        text, tail = sealed({**change(fields), "prev": tail})
        lines.append(text)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def spoiled(path: Path, kind: str, /, **fields: Any) -> Path:
    """The journal at *path* with other *fields* in the records of one *kind*; None removes a field."""

    def change(record: Fields) -> Fields:
        if record["kind"] != kind:
            return record
        return {name: value for name, value in {**record, **fields}.items() if fields.get(name, "") is not None}

    return resealed(path, change)
