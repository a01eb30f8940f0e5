"""The golden journals with one line lost, doubled, swapped, changed or carried to another file: never a better decision."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.store import load_decision
from rollout.judge.verdict import Outcome, Verdict
from rollout.plan import Plan
from rollout.plan.parse import stored_plan

GOLDEN = Path(__file__).parents[1] / "golden"
every_golden = pytest.mark.parametrize("name", ["go", "go-whole", "hold", "no-go", "rollback", "override", "rehearsal"])
few = settings(max_examples=4)


@cache
def plan_of(name: str) -> Plan:
    """The plan of a golden folder."""
    return stored_plan(GOLDEN / name / "plan.toml")


def judged(name: str, folder: Path) -> Decision:
    """The decision of a golden folder from the journals in *folder*, without what the stored one promised."""
    stored = load_decision(GOLDEN / name / "decision.json")
    return decide(
        plan_of(name),
        stored.phase,
        read_ledger([folder]),
        stored.decided_at,
        release=stored.release,
        window_s=stored.window_s,
        prerequisites=stored.prerequisites,
    )


@cache
def before(name: str) -> Decision:
    """The decision from the journals as they are."""
    return judged(name, GOLDEN / name / "journals")


@contextmanager
def copied(name: str) -> Iterator[Path]:
    """The journals of a golden folder, to be spoiled."""
    with TemporaryDirectory() as folder:
        yield copytree(GOLDEN / name / "journals", Path(folder) / "journals")


def files(folder: Path) -> list[Path]:
    """The journals in *folder*."""
    return sorted(folder.glob("*.jsonl"))


def lines(file: Path) -> list[str]:
    """The lines of a journal, with their ends."""
    return file.read_text(encoding="utf-8").splitlines(keepends=True)


def never_better(name: str, folder: Path) -> None:
    """A spoiled ledger is never better, but for a HOLD that doubts a journal; what opens it opened before."""
    after = judged(name, folder)
    (intact,) = (found for found in after.findings if found.id.endswith(".evidence-intact"))
    doubted = after.outcome is Outcome.HOLD and intact.verdict is Verdict.UNPROVEN
    assert after.outcome >= before(name).outcome or doubted
    assert after.exit_code not in (0, 40) or before(name).exit_code == after.exit_code


def spoiled(folder: Path, data: st.DataObject, how: str) -> None:
    """One line of one journal lost, doubled, swapped with the next, changed, or carried to another journal."""
    file = data.draw(st.sampled_from(files(folder)))
    found = lines(file)
    at = data.draw(st.integers(0, len(found) - 1))
    if how == "lost":
        del found[at]
    elif how == "doubled":
        found.insert(at, found[at])
    elif how == "swapped":
        other = (at + 1) % len(found)
        found[at], found[other] = found[other], found[at]
    elif how == "changed":
        found[at] = found[at].replace('"', "'", 1)
    else:
        other_file = data.draw(st.sampled_from([item for item in files(folder) if item != file]))
        other_file.write_text("".join([*lines(other_file), found.pop(at)]), encoding="utf-8")
    file.write_text("".join(found), encoding="utf-8")


@every_golden
@pytest.mark.parametrize("how", ["lost", "doubled", "swapped", "changed", "carried"])
@few
@given(data=st.data())
def test_a_spoiled_line_never_improves_a_decision(name: str, how: str, data: st.DataObject) -> None:
    """
    Whichever line it is, the ledger holds unless a newer run of the same producer makes up for the cut.
    """
    with copied(name) as folder:
        spoiled(folder, data, how)
        never_better(name, folder)


@every_golden
@few
@given(data=st.data())
def test_a_byte_that_changed_lets_nothing_through(name: str, data: st.DataObject) -> None:
    """
    Any byte of any line but the last: the journal is not believed, and the ledger holds.
    """
    with copied(name) as folder:
        file = data.draw(st.sampled_from(files(folder)))
        content = bytearray(file.read_bytes())
        at = data.draw(st.integers(0, len(content) - 2))
        content[at] ^= data.draw(st.sampled_from([1, 2, 4, 8]))
        file.write_bytes(content)
        assert judged(name, folder).outcome >= Outcome.HOLD


@every_golden
@few
@given(data=st.data())
def test_a_journal_that_is_gone_never_lets_anything_through(name: str, data: st.DataObject) -> None:
    """
    One that a later journal saw is missed.
    """
    with copied(name) as folder:
        seen = {stem for run in read_ledger([folder]).runs for stem in run.started.known}
        data.draw(st.sampled_from([file for file in files(folder) if file.stem in seen])).unlink()
        assert judged(name, folder).outcome >= Outcome.HOLD


@every_golden
@few
@given(data=st.data())
def test_journals_in_other_folders_decide_the_same(name: str, data: st.DataObject) -> None:
    """
    Where a journal lies below the folder says nothing about it.
    """
    with copied(name) as folder:
        for number, file in enumerate(files(folder)):
            if data.draw(st.booleans()):
                (folder / f"machine-{number}").mkdir()
                file.rename(folder / f"machine-{number}" / file.name)
        assert judged(name, folder).findings == before(name).findings


@every_golden
@few
@given(data=st.data())
def test_a_journal_under_another_name_never_improves_a_decision(name: str, data: st.DataObject) -> None:
    """
    A copy is a problem; a journal that claims to be older or newer than all others keeps its place.
    """
    with copied(name) as folder:
        file = data.draw(st.sampled_from(files(folder)))
        other = folder / f"{data.draw(st.sampled_from(['2020', '2099']))}{file.name[4:]}"
        other.write_bytes(file.read_bytes())
        assert judged(name, folder).outcome >= Outcome.HOLD
        file.unlink()
        never_better(name, folder)
