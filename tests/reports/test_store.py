"""A stored decision comes back as it was, or not at all."""

import json
from pathlib import Path

import jsonschema
import pytest

from rollout.cli.schema import decision_text
from rollout.judge.decision import Decision
from rollout.judge.store import as_document, decision_schema, load_decision, store_decision
from rollout.judge.verdict import Verdict
from tests.reports.samples import decision, finding, full_decision

SCHEMA = Path(__file__).parents[2] / "docs" / "decision.schema.json"


@pytest.mark.parametrize("made", [decision(), full_decision()], ids=["a plain GO", "one of everything"])
def test_a_stored_decision_comes_back_equal(tmp_path: Path, made: Decision) -> None:
    """
    What is stored and what is loaded are the same decision, and its document fits the schema.
    """
    path = store_decision(made, tmp_path / "new" / "decision.json")
    assert load_decision(path) == made
    jsonschema.validate(json.loads(path.read_text()), decision_schema())


def test_the_schema_in_the_documentation_is_current() -> None:
    """
    docs/decision.schema.json is what the models say: rollout schema --decision > docs/decision.schema.json
    """
    assert SCHEMA.read_text(encoding="utf-8") == decision_text()


def test_readers_find_word_line_and_exit_code() -> None:
    """
    A reader in any language gets the decision without knowing our rules.
    """
    document = as_document(decision(finding("services-healthy", Verdict.BROKEN), window_s=7200))
    assert document["decision"] == document["outcome"] == "NO-GO"
    assert document["exit_code"] == 10
    assert document["line"] == "NO-GO (rehearsal, window 2 h)"
    assert document["rehearsal"] is True
    assert document["decided"] == "2026-11-23T12:00:00+00:00"


def test_a_stored_decision_is_read_by_people_too(tmp_path: Path) -> None:
    """
    A key on each line, two blanks deeper each, letters as they were written.
    """
    path = store_decision(decision(finding("größer")), tmp_path / "decision.json")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["{", '  "decision": "GO",']
    assert any("größer" in line for line in lines)
    assert store_decision(decision(), path) == path


@pytest.mark.parametrize(("key", "value"), [("exit_code", 0), ("decision", "GO"), ("line", "GO"), ("outcome", "GO")])
def test_an_edited_decision_is_refused(tmp_path: Path, key: str, value: object) -> None:
    """
    A document whose words do not follow from its facts is named and not believed.
    """
    document = as_document(decision(finding("services-healthy", Verdict.BROKEN))) | {key: value}
    path = tmp_path / "decision.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match="contradicts itself"):
        load_decision(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(b"", "is not JSON", id="empty"),
        pytest.param(b"\xff\xfe", "is not JSON", id="not text"),
        pytest.param(b"[" * 100_000, "is not JSON", id="too deep"),
        pytest.param(b"[]", "want an object", id="a list"),
        pytest.param(b'{"outcome": "MAYBE"}', "outcome", id="an unknown outcome"),
        pytest.param(b'{"schema_version": 2}', "schema_version", id="another version"),
    ],
)
def test_what_is_no_decision_is_named(tmp_path: Path, content: bytes, complaint: str) -> None:
    """
    A broken file is one line with its path, never a traceback.
    """
    path = tmp_path / "decision.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=complaint) as error:
        load_decision(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", [1e308, -1.0, float("inf"), 253_402_300_800.0])
@pytest.mark.parametrize("key", ["decided_at", "window_s", "override"])
def test_a_time_that_no_calendar_has_is_named(tmp_path: Path, key: str, value: float) -> None:
    """
    Case 34: a number of seconds that is no moment is one line, not an overflow.
    """
    odd = {"by": "Kim", "why": "x", "until": value} if key == "override" else value
    path = tmp_path / "decision.json"
    path.write_text(json.dumps(as_document(decision()) | {key: odd}))
    with pytest.raises(ValueError, match=rf"decision\.json: {key}.*: Input should be"):
        load_decision(path)


def test_a_go_with_a_broken_finding_is_refused(tmp_path: Path) -> None:
    """
    Whoever edits every derived word still has the findings against them.
    """
    forged = as_document(decision()) | {
        "findings": as_document(decision(finding("services-healthy", Verdict.BROKEN)))["findings"]
    }
    path = tmp_path / "decision.json"
    path.write_text(json.dumps(forged))
    with pytest.raises(ValueError, match="GO with a finding that is BROKEN"):
        load_decision(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """
    The way out stands in the message.
    """
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        load_decision(tmp_path / "decision.json")


def test_a_disk_that_is_full_leaves_the_old_decision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Half a decision is never seen: the file is replaced whole or not at all.
    """
    path = store_decision(decision(), tmp_path / "decision.json")
    before = path.read_bytes()

    def full(self: Path, *args: object, **more: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        store_decision(full_decision(), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["decision.json"]
