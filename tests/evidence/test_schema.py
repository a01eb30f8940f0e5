"""The schema of journals is current, and says of each line what the reader says."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rollout.cli.schema import journal_text
from rollout.evidence.reader import read_run
from rollout.evidence.records import KINDS
from tests.evidence.raw import spoiled
from tests.evidence.test_records import EXAMPLES, journal_of

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(json.loads(journal_text()))


def lines(path: Path) -> list[dict[str, Any]]:
    """Each line of a journal as JSON."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_stored_schema_is_current() -> None:
    """
    docs/journal.schema.json is what the models say: rollout schema --journal > docs/journal.schema.json
    """
    assert (ROOT / "docs" / "journal.schema.json").read_text(encoding="utf-8") == journal_text()


def test_every_kind_has_its_part() -> None:
    """
    Each line is one of the kinds of record.
    """
    assert set(json.loads(journal_text())["discriminator"]["mapping"]) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_what_is_written_is_valid(tmp_path: Path, kind: str) -> None:
    """
    The first record, one of the kind and the last one all fit the schema.
    """
    for line in lines(journal_of(tmp_path, EXAMPLES[kind])):
        VALIDATOR.validate(line)


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "golden").glob("*/journals/*.jsonl")), ids=lambda p: p.stem)
def test_journals_of_before_are_valid(path: Path) -> None:
    """
    Whatever can be read fits the schema.
    """
    assert read_run(path).trusted
    for line in lines(path):
        VALIDATOR.validate(line)


def test_what_cannot_be_read_is_not_valid(tmp_path: Path) -> None:
    """
    A field of another type does not fit.
    """
    path = spoiled(journal_of(tmp_path, EXAMPLES["drill"]), "drill", passed="yes")
    assert not VALIDATOR.is_valid(lines(path)[1])
