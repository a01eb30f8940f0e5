"""Each kind of record that accuses or lets something through: taken away, told twice, moved or brought here, it opens nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rollout.evidence.records import KINDS
from rollout.judge.verdict import Outcome
from tests.properties.test_resealed_ledgers import Fields, read, write
from tests.properties.whole_ledger import ACCUSERS, NEITHER, OPENERS, judged, lines_with, whole

OPEN = (0, 40)  # exit codes
ELSEWHERE = {"release": "2.0.1", "phase": "other", "environment": "production", "target": "green"}
Change = Callable[[list[Fields], int], list[Fields]]


def test_each_kind_of_record_is_tried() -> None:
    """
    A kind that is new accuses, lets something through, or says why it does neither.
    """
    assert ACCUSERS.keys() | OPENERS.keys() | NEITHER.keys() == KINDS.keys()
    assert not NEITHER.keys() & (ACCUSERS.keys() | OPENERS.keys())


def accused(folder: Path, kind: str) -> Path:
    """A ledger that would be a GO without what a record of one *kind* says; the journal it stands in."""
    accuser = ACCUSERS[kind]
    whole(folder, accuser.without)
    accuser.told(folder)
    (path,) = lines_with(folder, accuser.mark)
    return path


def lets_nothing_through(folder: Path) -> None:
    """The ledger holds at least, and no override opens it."""
    decision = judged(folder)
    assert decision.exit_code not in OPEN
    assert decision.outcome >= Outcome.HOLD


def place_of(path: Path, mark: str) -> int:
    """Which record of the journal bears the *mark*."""
    return next(at for at, line in enumerate(path.read_text(encoding="utf-8").splitlines()) if mark in line)


def gone(records: list[Fields], at: int) -> list[Fields]:
    """Without the record."""
    return records[:at] + records[at + 1 :]


def twice(records: list[Fields], at: int) -> list[Fields]:
    """With the record again."""
    return records[: at + 1] + records[at:]


def first(records: list[Fields], at: int) -> list[Fields]:
    """With the record before all others of its run."""
    return [records[0], records[at], *gone(records, at)[1:]]


def elsewhere(place: str) -> Change:
    """About another place."""
    return lambda records, at: [{**records[0], place: ELSEWHERE[place]}, *records[1:]]


CHANGES: dict[str, Change] = {
    "removed": gone,
    "told twice": twice,
    "told first": first,
    **{f"moved to another {place}": elsewhere(place) for place in ELSEWHERE},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ACCUSERS)
def test_what_accuses_cannot_be_changed(tmp_path: Path, kind: str, change: str) -> None:
    """
    Sealed anew, the journal is not the one that its register knows.
    """
    path = accused(tmp_path, kind)
    lets_nothing_through(tmp_path)
    before = judged(tmp_path)
    records = read(path)
    write(path, CHANGES[change](records, place_of(path, ACCUSERS[kind].mark)))
    lets_nothing_through(tmp_path)
    if change == "told twice":
        after = judged(tmp_path)
        assert after.outcome >= before.outcome
        assert f"{path.name}: tells records twice" in str(after)


@pytest.mark.parametrize("kind", ACCUSERS)
def test_what_accuses_cannot_be_moved_to_another_file(tmp_path: Path, kind: str) -> None:
    """
    Neither file is the one that its register knows.
    """
    path, mark = accused(tmp_path, kind), ACCUSERS[kind].mark
    other = next(file for file in sorted(tmp_path.glob("*.jsonl")) if file != path)
    records, at = read(path), place_of(path, mark)
    write(path, gone(records, at))
    host = read(other)
    write(other, [*host[:-1], records[at], host[-1]])
    lets_nothing_through(tmp_path)


def test_the_whole_ledger_gives_go(tmp_path: Path) -> None:
    """
    What the tests before take away is all that holds: an accusation, beside nothing else that does.
    """
    whole(tmp_path)
    assert judged(tmp_path).outcome is Outcome.GO


@pytest.mark.parametrize("kind", OPENERS)
def test_what_lets_something_through_opens_here(tmp_path: Path, kind: str) -> None:
    """
    Without it the ledger holds, with it there is a GO, or one by override.
    """
    OPENERS[kind].before(tmp_path)
    lets_nothing_through(tmp_path)
    OPENERS[kind].told(tmp_path)
    assert judged(tmp_path).exit_code in OPEN


@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("kind", OPENERS)
def test_what_lets_something_through_elsewhere_cannot_be_brought_here(tmp_path: Path, kind: str, place: str) -> None:
    """
    Neither as it is, nor sealed anew as if it had always been about this release, phase and place.
    """
    OPENERS[kind].before(tmp_path)
    here = set(tmp_path.glob("*.jsonl"))
    OPENERS[kind].told(tmp_path, **{place: ELSEWHERE[place]})
    (path,) = set(tmp_path.glob("*.jsonl")) - here
    if kind not in ("attestation", "override", "plan-change", "clear") or place in ("release", "phase"):
        lets_nothing_through(tmp_path)
    records = read(path)
    about = json.loads(min(here).read_text(encoding="utf-8").splitlines()[0])
    write(path, [{**records[0], place: about[place]}, *records[1:]])
    lets_nothing_through(tmp_path)


@pytest.mark.parametrize("kind", OPENERS)
def test_what_lets_something_through_is_worth_nothing_told_twice(tmp_path: Path, kind: str) -> None:
    """
    A journal with a record again is not the one that its register knows.
    """
    OPENERS[kind].before(tmp_path)
    here = set(tmp_path.glob("*.jsonl"))
    OPENERS[kind].told(tmp_path)
    (path,) = set(tmp_path.glob("*.jsonl")) - here
    write(path, twice(read(path), 1))
    lets_nothing_through(tmp_path)
