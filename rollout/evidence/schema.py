"""The JSON Schema of one line of a journal, for readers in other languages."""

from typing import Any

import msgspec

from rollout.evidence.records import KINDS, AnyRecord

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
AROUND: dict[str, dict[str, Any]] = {
    "seq": {"type": "integer", "minimum": 0, "description": "number of the line, from 0"},
    "prev": {**HASH, "description": "hash of the line before, zeros in the first line"},
    "hash": {**HASH, "description": "SHA-256 of the line up to this key, closed by a brace; always the last key"},
}


def journal_schema() -> dict[str, Any]:
    """Every kind of record with what each line has around it."""
    schema = msgspec.json.schema(AnyRecord)
    for kind in KINDS.values():
        part = schema["$defs"][kind.__name__]
        part["properties"] |= AROUND
        part["required"] = [*dict.fromkeys(["kind", "t", *part["required"], *AROUND])]
    return {"$schema": SCHEMA_ID, "title": "Line of a journal", **schema}
