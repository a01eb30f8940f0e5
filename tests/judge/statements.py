"""Write statements of people about the judgement itself into small ledgers."""

from pathlib import Path
from typing import Any

from rollout.evidence.records import Record
from tests.judge.ledgers import NOW, start


def say(folder: Path, *said: Record, at: float = NOW - 60, **more: Any) -> Path:
    """Write one journal of `rollout attest` with these records."""
    with start(folder, "attest", at=at, **more) as journal:
        for record in said:
            journal.append(record)
    return journal.path
