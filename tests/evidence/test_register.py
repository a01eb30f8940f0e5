"""The register of a folder: what it has come to, and how much of it a replay looks at."""

from pathlib import Path

import pytest

from rollout.evidence import register
from rollout.evidence.register import Entry, JournalRegister, Line, enter, head, own_register, read_register
from rollout.evidence.seal import GENESIS


def lines(folder: Path) -> list[bytes]:
    """The lines of the register of a folder."""
    return own_register(folder).read_bytes().splitlines(keepends=True)


def begin(folder: Path, *stems: str) -> None:
    """Some journals that were begun."""
    for stem in stems:
        enter(folder, "begun", stem, f"run of {stem}", producer="pytest")


def test_each_line_moves_the_head(tmp_path: Path) -> None:
    """
    Before the first one it is the beginning of every chain.
    """
    name = own_register(tmp_path).stem
    heads = [head(tmp_path)]
    for stem in ("a", "b"):
        begin(tmp_path, stem)
        heads.append(head(tmp_path))
    assert heads[0] == f"{name}:{GENESIS}"
    assert len(set(heads)) == len(heads)
    known = read_register(own_register(tmp_path))
    assert known.complaint == ""
    assert {each.partition(":")[2] for each in heads} == known.hashes


def test_half_a_line_of_a_writer_that_died_is_passed_over(tmp_path: Path) -> None:
    """
    The next line begins anew and follows the last whole one: nothing is wrong with such a register.
    """
    begin(tmp_path, "a")
    path, before = own_register(tmp_path), head(tmp_path)
    with path.open("ab") as file:
        file.write(lines(tmp_path)[0][:40])
    assert head(tmp_path) == before
    begin(tmp_path, "b")
    known = read_register(path)
    assert (known.complaint, list(known.entries)) == ("", ["a", "b"])
    assert len(lines(tmp_path)) == 3


def test_only_the_end_of_a_long_register_is_read_to_write_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    As long as a line fits into it.
    """
    begin(tmp_path, *"abcde")
    longest = max(map(len, lines(tmp_path)))
    monkeypatch.setattr(register, "TAIL_BYTES", longest + 1)
    begin(tmp_path, "f")
    assert read_register(own_register(tmp_path)).complaint == ""


def test_a_journal_that_ended_has_the_hash_of_its_end(tmp_path: Path) -> None:
    """
    An end of what never began says nothing.
    """
    begin(tmp_path, "a", "b")
    enter(tmp_path, "ended", "a", "run of a", tail="f" * 64, records=3)
    enter(tmp_path, "ended", "z", "run of z", tail="e" * 64, records=3)
    entries = read_register(own_register(tmp_path)).entries
    assert {stem: entry.tail for stem, entry in entries.items()} == {"a": "f" * 64, "b": ""}
    assert entries["a"].begun.producer == "pytest"


def test_a_replay_looks_at_its_journals_and_at_what_had_begun_by_then() -> None:
    """
    Up to the very moment.
    """
    entries = {
        stem: Entry("register-1", Line(event="begun", prev=GENESIS, t=t, stem=stem, run=stem))
        for stem, t in (("early", 9.9), ("then", 10.0), ("late", 10.1), ("named", 99.0))
    }
    found = JournalRegister("register-1", entries, frozenset()).only({"named"}, 10.0)
    assert list(found.entries) == ["early", "then", "named"]


def test_a_register_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """
    It knows no journal and no hash.
    """
    found = read_register(tmp_path / "register-0.log")
    assert (found.name, found.entries, found.hashes) == ("register-0", {}, frozenset())
    assert found.complaint == "register-0.log: cannot be read: No such file or directory"


def test_a_register_is_no_program(tmp_path: Path) -> None:
    """
    Nobody may execute it, whatever the mask of the process.
    """
    begin(tmp_path, "a")
    assert own_register(tmp_path).stat().st_mode & 0o111 == 0
