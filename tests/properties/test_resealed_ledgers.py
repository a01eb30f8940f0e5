"""
Journals spoiled by somebody who seals them anew: every seal and chain holds, and still nothing is let through.

What a folder's register does not know it cannot miss; whoever rewrites it as well is beyond what a ledger tells by itself.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.evidence.seal import GENESIS, sealed
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome
from tests.judge.ledgers import CHECK, drill, everything, judged, run_of_tests, signatures, slots

Fields = dict[str, Any]
few = settings(max_examples=6)
Spoil = Callable[[list[Fields], st.DataObject, list[Fields]], list[Fields]]
INNER = st.integers(1, 10**6)
FAILED = {
    "kind": "test-outcome",
    "node": CHECK,
    "criteria": ["stage.answers"],
    "outcome": "failed",
    "duration_s": 0.1,
    "message": "why",
    "t": 1_800_000_000.0,
}


def failing(folder: Path) -> None:
    """Everything, and then a check that failed."""
    everything(folder)
    run_of_tests(folder, "failed")


def without_a_drill(folder: Path) -> None:
    """Everything but a drill that passed."""
    run_of_tests(folder)
    signatures(folder, "owner", "tester")
    drill(folder, passed=False)
    slots(folder, [3.0] * 120)


LEDGERS = {"go": everything, "a failing check": failing, "a failed drill": without_a_drill}


@cache
def original(name: str) -> tuple[TemporaryDirectory[str], Outcome]:
    """A folder with the journals, written once, and the decision from them."""
    folder = TemporaryDirectory()
    LEDGERS[name](Path(folder.name) / "journals")
    return folder, judged(Path(folder.name) / "journals").outcome


def read(file: Path) -> list[Fields]:
    """The records of a journal without their seals."""
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [{name: value for name, value in each.items() if name not in ("seq", "prev", "hash")} for each in records]


def write(file: Path, records: list[Fields]) -> None:
    """The journal sealed anew; its end counts what there is."""
    lines, tail = [], GENESIS
    for number, record in enumerate(records):
        counted = {"records": number} if record["kind"] == "run-finished" else {}
        line, tail = sealed({"seq": number, "prev": tail, **record, **counted})
        lines.append(line)
    file.write_text("".join(lines), encoding="utf-8")


def removed(records: list[Fields], data: st.DataObject, other: list[Fields]) -> list[Fields]:
    """One record less, the beginning and the end stay."""
    at = 1 + data.draw(INNER) % (len(records) - 2)
    return records[:at] + records[at + 1 :]


def duplicated(records: list[Fields], data: st.DataObject, other: list[Fields]) -> list[Fields]:
    """One record twice."""
    at = 1 + data.draw(INNER) % (len(records) - 2)
    return [*records[: at + 1], *records[at:]]


def reordered(records: list[Fields], data: st.DataObject, other: list[Fields]) -> list[Fields]:
    """All records in another order."""
    inner = records[1:-1]
    at = 1 + data.draw(INNER) % len(inner)
    return [records[0], *inner[at:], *inner[:at], {**records[-1], "t": records[-1]["t"] + 1}]


def carried(records: list[Fields], data: st.DataObject, other: list[Fields]) -> list[Fields]:
    """A record of another journal in this one."""
    at = 1 + data.draw(INNER) % (len(other) - 2)
    return [*records[:-1], other[at], records[-1]]


def about(**place: str) -> Spoil:
    """Told to be about another place."""

    def moved(records: list[Fields], data: st.DataObject, other: list[Fields]) -> list[Fields]:
        return [{**records[0], **place}, *records[1:]]

    return moved


def accused(records: list[Fields], data: st.DataObject, other: list[Fields]) -> list[Fields]:
    """A check that failed, put between the records."""
    at = 1 + data.draw(INNER) % (len(records) - 1)
    return [*records[:at], FAILED, *records[at:]]


SPOILS = {
    "a record removed": removed,
    "a record duplicated": duplicated,
    "records reordered": reordered,
    "a record moved to another file": carried,
    "moved to another release": about(release="2.0.1"),
    "moved to another phase": about(phase="other"),
    "moved to another environment": about(environment="production"),
    "moved to another target": about(target="green"),
    "a bad record added": accused,
}


@pytest.mark.parametrize("name", LEDGERS)
@pytest.mark.parametrize("spoil", [pytest.param(spoil, id=name) for name, spoil in SPOILS.items()])
@few
@given(data=st.data())
def test_a_journal_that_was_sealed_anew_lets_nothing_through(name: str, spoil: Spoil, data: st.DataObject) -> None:
    """
    The register knows how each journal ended: one that ends otherwise holds the release, whatever it says.
    """
    source, before = original(name)
    with TemporaryDirectory() as place:
        folder = Path(copytree(source.name, Path(place) / "copy")) / "journals"
        files = sorted(folder.glob("*.jsonl"))
        file = data.draw(st.sampled_from(files))
        other = data.draw(st.sampled_from([each for each in files if each != file]))
        write(file, spoil(read(file), data, read(other)))
        after = judged(folder, release="2.0.0")
        assert after.outcome >= max(Outcome.HOLD, before) or is_an_exception(after, file)


def is_an_exception(after: Decision, file: Path) -> bool:
    """Whether a decision is better only because the journal in *file* accuses no longer: a HOLD that names the file."""
    (intact,) = (found for found in after.findings if found.id == "stage.evidence-intact")
    return after.outcome is Outcome.HOLD and any(file.name in line for line in (intact.reason, *intact.listed))


def test_a_journal_that_was_changed_accuses_no_longer_and_holds(tmp_path: Path) -> None:
    """
    The one exception to "never better" (decision 43): without its failed check a NO-GO is a HOLD that names the journal.
    """
    failing(tmp_path)
    assert judged(tmp_path).outcome is Outcome.NO_GO
    (file,) = (each for each in tmp_path.glob("*.jsonl") if '"outcome":"failed"' in each.read_text(encoding="utf-8"))
    write(file, [record for record in read(file) if record.get("outcome") != "failed"])
    after = judged(tmp_path)
    assert after.outcome is Outcome.HOLD
    assert is_an_exception(after, file)


@pytest.mark.parametrize("name", LEDGERS)
def test_sealing_anew_what_was_not_changed_changes_nothing(name: str) -> None:
    """
    The same records give the same bytes: what holds in the property before is the change, not the writing.
    """
    source, before = original(name)
    for file in Path(source.name, "journals").glob("*.jsonl"):
        content = file.read_bytes()
        write(file, read(file))
        assert file.read_bytes() == content
    assert judged(Path(source.name, "journals")).outcome is before


@pytest.mark.parametrize("name", LEDGERS)
def test_without_its_register_a_spoiled_ledger_holds_too(name: str) -> None:
    """
    Whoever takes the register away is missed by the journals that began after its first line.
    """
    source, _ = original(name)
    with TemporaryDirectory() as place:
        folder = Path(copytree(source.name, Path(place) / "copy")) / "journals"
        for register in folder.glob("register-*.log"):
            register.unlink()
        assert judged(folder).outcome >= Outcome.HOLD
