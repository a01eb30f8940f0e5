"""Keep a decision as JSON and read it back; the words derived from it are written along and checked on return."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import EXIT_CODES, EXIT_OVERRIDE, Outcome, Verdict

FILE_NAME = "decision.json"
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
OPTIONAL = {name for each in (Decision, Finding) for name, field in each.model_fields.items() if field.exclude_if}
BY_OVERRIDE = "GO by override"
DERIVED: dict[str, dict[str, Any]] = {
    "decision": {"enum": [*map(str, Outcome), BY_OVERRIDE], "description": "what may happen next, in one word"},
    "exit_code": {"enum": sorted([*EXIT_CODES.values(), EXIT_OVERRIDE]), "description": "what the process exits with"},
    "line": {"type": "string", "description": "the decision with everything that qualifies it"},
    "rehearsal": {"type": "boolean", "description": "whether windows were shortened"},
    "decided": {"type": "string", "format": "date-time", "description": "decided_at in ISO 8601, UTC"},
}


def derived(decision: Decision) -> dict[str, Any]:
    """The fields for readers without our models; they follow from the rest of the document."""
    return {
        "decision": BY_OVERRIDE if decision.overridden else str(decision.outcome),
        "exit_code": decision.exit_code,
        "line": decision.line,
        "rehearsal": decision.window_s is not None,
        "decided": datetime.fromtimestamp(decision.decided_at, UTC).isoformat(timespec="seconds"),
    }


def as_document(decision: Decision) -> dict[str, Any]:
    """The decision as plain JSON values, derived words first."""
    return {**derived(decision), **json.loads(decision.model_dump_json())}


def store_decision(decision: Decision, path: Path) -> Path:
    """Write *decision* to *path* whole or not at all; OSError if the disk does not take it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_document(decision), ensure_ascii=False, indent=2, allow_nan=False)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(f"{text}\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def load_decision(path: Path) -> Decision:
    """The decision stored at *path*; ValueError names the file and what is wrong with it."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}; name a stored decision.json") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise ValueError(f"{path}: got {type(document).__name__}, want an object")
    said = {name: document.pop(name, None) for name in DERIVED}
    decision = validated(path, document)
    worst = max((finding.verdict for finding in decision.findings if not finding.advisory), default=Verdict.UNPROVEN)
    if decision.outcome < Outcome(worst):
        raise ValueError(
            f"{path}: contradicts itself: {decision.outcome} with a finding that is {worst.name}: it was edited"
        )
    wrong = [name for name, value in derived(decision).items() if said[name] != value]
    if wrong:
        got, want = said[wrong[0]], derived(decision)[wrong[0]]
        raise ValueError(f"{path}: contradicts itself: {wrong[0]}: got {got!r}, want {want!r}: it was edited")
    return decision


def validated(path: Path, document: dict[str, Any]) -> Decision:
    """The decision of a *document*; ValueError names the first key that does not fit, or is missing."""
    try:
        return Decision.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        fault = min(faults, key=lambda each: each["type"] == "missing")  # a wrong key explains more than a missing one
        key = ".".join(str(step) for step in fault["loc"]) or "document"
        raise ValueError(f"{path}: {key}: {fault['msg'].removeprefix('Value error, ')}") from error


def decision_schema() -> dict[str, Any]:
    """The JSON Schema of a stored decision, for readers in other languages."""
    schema = Decision.model_json_schema(mode="serialization")
    for part in (schema, *schema["$defs"].values()):
        part["required"] = [name for name in part["properties"] if name not in OPTIONAL]  # defaults are stored too
    schema["$defs"]["Finding"]["properties"]["verdict"] = {"enum": [verdict.name for verdict in Verdict]}
    schema["properties"]["outcome"] = {"enum": [str(outcome) for outcome in Outcome]}
    schema["properties"] = {**DERIVED, **schema["properties"]}
    schema["required"] = [*DERIVED, *schema["required"]]
    return {"$schema": SCHEMA_ID, **schema, "title": "Decision of one phase"}
